import { expect } from 'chai';
import sinon from 'sinon';
import { createBreaker } from '../../../src/adapters/breaker/create-breaker';
import { SystemClock } from '../../../src/adapters/system/system-clock';
import { CacheError } from '../../../src/domain/cache-error';
import type { Health, HealthProbe } from '../../../src/ports/health-probe';
import type { Store } from '../../../src/ports/store';
import { FakeProbe } from '../../../src/testing/fake-probe';
import { FakeStore } from '../../../src/testing/fake-store';
import { healthProbeContract } from '../../../src/testing/health-probe-contract';
import { storeContract } from '../../../src/testing/store-contract/store-contract';
import { testKey } from '../../../src/testing/suite-tools';
import { controlOf } from '../store/on-fake-store';

const settings = { failureRate: 0.5, minimumCalls: 10, windowMs: 10_000, slowCallRatio: 0.9, resetTimeoutMs: 5_000 };
const deadlines = { readMs: 250, writeMs: 1_000, clearMs: 30_000, closeMs: 2_000 };
const a = testKey('a');

function breakerOn(inner: Store, probe: HealthProbe) {
  return createBreaker({ store: inner, probe, settings, deadlines, clock: new SystemClock() });
}

storeContract('BreakerStore', () => {
  const time = sinon.useFakeTimers();
  const inner = new FakeStore(new SystemClock());
  const innerProbe = new FakeProbe();
  const { store, probe } = breakerOn(inner, innerProbe);
  probe.start();
  return {
    store,
    elapse: async (ms) => {
      await time.tickAsync(ms);
    },
    ...controlOf(inner),
    close: () => {
      probe.stop();
      time.restore();
    },
  };
});

healthProbeContract('BreakerProbe', () => {
  const time = sinon.useFakeTimers();
  const inner = new FakeProbe();
  const { probe } = breakerOn(new FakeStore(new SystemClock()), inner);
  return {
    probe,
    elapse: async (ms) => {
      await time.tickAsync(ms);
    },
    goAway: async () => inner.down(),
    comeBack: async () => inner.up(),
    close: () => time.restore(),
  };
});

describe('createBreaker', () => {
  let time: sinon.SinonFakeTimers;
  let inner: FakeStore;
  let innerProbe: FakeProbe;
  let store: Store;
  let probe: HealthProbe;
  let changes: Health[];

  beforeEach(() => {
    time = sinon.useFakeTimers();
    inner = new FakeStore(new SystemClock());
    innerProbe = new FakeProbe();
    ({ store, probe } = breakerOn(inner, innerProbe));
    changes = [];
    probe.start();
    probe.onChange((health) => changes.push(health));
  });
  afterEach(() => {
    probe.stop();
    time.restore();
  });

  describe('opening', () => {
    it('opens when half of ten calls have failed', async () => {
      await succeed(5);
      await fail(4);
      expect(probe.health).to.equal('up');

      await fail(1);

      expect(probe.health).to.equal('down');
      expect(probe.reason).to.match(/circuit breaker is open/);
      expect(changes).to.deep.equal(['down']);
    });

    it('does not open before ten calls, however many failed', async () => {
      await fail(9);

      expect(probe.health).to.equal('up');
    });

    it('does not open while fewer than half fail', async () => {
      await succeed(51);
      await fail(49);

      expect(probe.health).to.equal('up');
    });

    it('ignores failures that are older than its window', async () => {
      await fail(9);
      await time.tickAsync(12_000);

      await fail(9);

      expect(probe.health).to.equal('up');
    });

    it('counts a slow answer as failed, and gives it to its caller', async () => {
      inner.plant(a, 'slow');
      inner.delayMs = 240;

      const answers = await afterMs(240, () => many(10, () => store.get(a)));

      expect(answers).to.deep.equal(Array(10).fill('slow'));
      expect(probe.health).to.equal('down');
    });

    it('measures each call against its own deadline', async () => {
      inner.delayMs = 240;

      await afterMs(240, () => many(20, () => store.set(a, '1', 1_000)));
      expect(probe.health).to.equal('up');

      inner.delayMs = 940;
      await afterMs(940, () => many(20, () => store.delete([a])));
      expect(probe.health).to.equal('down');
    });

    it('does not count a refusal as a failure', async () => {
      inner.refuseWrites();

      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => store.set(a, '1', 1_000)));

      expect(outcomes[0]).to.have.nested.property('reason.code', 'CACHE_WRITE_REFUSED');
      expect(probe.health).to.equal('up');
    });

    it('rethrows the errors of the inner store unchanged', async () => {
      const error = new CacheError('CACHE_TIER_UNAVAILABLE', 'gone');
      inner.fail(error);

      const [outcome] = await Promise.allSettled([store.get(a)]);

      expect(outcome).to.have.property('reason', error);
    });
  });

  describe('while it is open', () => {
    beforeEach(async () => {
      await fail(10);
      inner.calls.length = 0;
    });

    it('rejects every operation without calling the inner store', async () => {
      const outcomes = await Promise.allSettled([
        store.get(a),
        store.getMany([a]),
        store.set(a, '1', 1_000),
        store.setMany([{ key: a, payload: '1', ttlMs: 1_000 }]),
        store.delete([a]),
        store.clear(a),
      ]);

      for (const outcome of outcomes) expect(outcome).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
      expect(inner.calls).to.deep.equal([]);
    });

    it('sends one trial read after five seconds, and closes when it is answered', async () => {
      inner.heal();
      await time.tickAsync(4_999);
      expect(inner.calls).to.deep.equal([]);

      await time.tickAsync(1);

      expect(inner.calls).to.deep.equal([{ operation: 'get', keys: ['tiercel~trial'] }]);
      expect(changes).to.deep.equal(['down', 'up']);
      expect(probe.reason).to.equal(undefined);
      expect(await store.get(a)).to.equal(undefined);
    });

    it('makes no call while the trial is in flight', async () => {
      inner.hang();
      await time.tickAsync(5_000);

      const outcomes = await Promise.allSettled([store.get(a), store.get(a)]);

      for (const outcome of outcomes) expect(outcome).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
      expect(inner.calls).to.have.length(1);
    });

    it('repeats the trial while it fails', async () => {
      await time.tickAsync(15_100);
      expect(inner.calls).to.have.length(3);

      inner.heal();
      await time.tickAsync(5_000);

      expect(changes).to.deep.equal(['down', 'up']);
    });

    it('is not blocked by a trial that is never answered', async () => {
      inner.hang();
      await time.tickAsync(5_000 + 250 + 5_000 + 250);
      expect(inner.calls).to.have.length(2);

      inner.heal();
      await time.tickAsync(5_000);

      expect(probe.health).to.equal('up');
    });

    it('is not closed by a trial that is answered slowly', async () => {
      inner.heal();
      inner.delayMs = 240;

      await time.tickAsync(5_500);

      expect(probe.health).to.equal('down');
    });

    it('counts a refused trial as an answer', async () => {
      inner.fail(new CacheError('CACHE_WRITE_REFUSED', 'no permission'));

      await time.tickAsync(5_001);

      expect(probe.health).to.equal('up');
    });
  });

  describe('together with the inner probe', () => {
    it('is down while either is, and notifies of changes of the whole only', async () => {
      await fail(10);
      innerProbe.down('connection lost');
      expect(probe.reason).to.equal('connection lost');
      inner.heal();
      await time.tickAsync(5_001);
      expect(probe.health).to.equal('down');

      innerProbe.up();

      expect(changes).to.deep.equal(['down', 'up']);
    });

    it('has the present reason of the inner probe', () => {
      innerProbe.down('connection lost');

      innerProbe.down('connection refused');

      expect(probe.reason).to.equal('connection refused');
      expect(changes).to.deep.equal(['down']);
    });

    it('ignores failures before the inner probe came up again', async () => {
      await fail(10);
      innerProbe.down();
      inner.heal();

      innerProbe.up();

      expect(probe.health).to.equal('up');
      expect(await store.get(a)).to.equal(undefined);
    });

    it('starts and stops the inner probe', () => {
      expect(innerProbe.health).to.equal('up');

      probe.stop();

      expect(innerProbe.health).to.equal('down');
      expect(probe.reason).to.equal('stopped');
    });
  });

  describe('stopping', () => {
    it('leaves no timer while it is closed', async () => {
      await succeed(1);

      await stopAndForgetTheTime();

      expect(time.countTimers()).to.equal(0);
    });

    it('leaves no timer while it is open', async () => {
      await fail(10);

      await stopAndForgetTheTime();

      expect(time.countTimers()).to.equal(0);
    });

    it('leaves no timer when a trial in flight has ended', async () => {
      await fail(10);
      inner.hang();
      await time.tickAsync(5_000);

      await stopAndForgetTheTime();
      await time.tickAsync(deadlines.readMs);

      expect(inner.calls.at(-1)?.keys).to.deep.equal(['tiercel~trial']);
      expect(time.countTimers()).to.equal(0);
    });

    it('makes no call before it was started and after it was stopped', async () => {
      probe.stop();

      const [outcome] = await Promise.allSettled([store.get(a)]);

      expect(outcome).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
    });

    it('returns the answers of calls in flight', async () => {
      inner.plant(a, '1');
      inner.delayMs = 100;
      const answers = many(20, () => store.get(a));

      probe.stop();
      await time.tickAsync(100);

      expect(await answers).to.deep.equal(Array(20).fill('1'));
    });

    it('stays stopped when calls in flight fail', async () => {
      inner.delayMs = 100;
      const outcomes = fail(20);

      await stopAndForgetTheTime();
      await time.tickAsync(100);

      for (const outcome of await outcomes) expect(outcome).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
      expect(time.countTimers()).to.equal(0);
      expect(changes).to.deep.equal([]);
    });

    it('starts closed, with an empty window, when it is started again', async () => {
      await fail(10);
      probe.stop();

      probe.start();
      await fail(9);

      expect(probe.health).to.equal('up');
    });
  });

  it('survives a listener that throws', async () => {
    probe.onChange(() => {
      throw new Error('listener');
    });

    const outcomes = await fail(10);

    for (const outcome of outcomes) expect(outcome).to.have.nested.property('reason.code', 'CACHE_TIER_UNAVAILABLE');
  });

  async function succeed(count: number): Promise<void> {
    inner.heal();
    await many(count, () => store.get(a));
  }

  function fail(count: number): Promise<PromiseSettledResult<unknown>[]> {
    inner.fail();
    return Promise.allSettled(Array.from({ length: count }, () => store.get(a)));
  }

  /** The timer of the clock ends by itself once the clock is not read. */
  async function stopAndForgetTheTime(): Promise<void> {
    probe.stop();
    await time.tickAsync(20);
  }

  function many<T>(count: number, call: () => Promise<T>): Promise<T[]> {
    return Promise.all(Array.from({ length: count }, call));
  }

  async function afterMs<T>(ms: number, work: () => Promise<T>): Promise<T> {
    const outcome = work();
    await time.tickAsync(ms);
    return outcome;
  }
});

describe('createBreaker', () => {
  it('reports each transition', async () => {
    const time = sinon.useFakeTimers();
    const inner = new FakeStore(new SystemClock());
    const innerProbe = new FakeProbe();
    const moves: string[] = [];
    const { probe, store } = createBreaker({
      ...{ store: inner, probe: innerProbe, settings, deadlines, clock: new SystemClock() },
      onTransition: (state) => moves.push(state),
    });
    probe.start();
    innerProbe.up();
    inner.fail();
    for (let call = 0; call < 10; call++) await store.get(a).catch(() => undefined);
    inner.heal();

    await time.tickAsync(6_000);

    expect(moves).to.deep.equal(['open', 'half-open', 'closed']);
    probe.stop();
    time.restore();
  });
});
