import { expect } from 'chai';
import { RecentInvalidations } from '../../../src/domain/consistency/recent-invalidations';
import { DeadlineStore } from '../../../src/domain/l2/deadline-store';
import { unreachable } from '../../../src/domain/l2/remote-tier';
import { TierGate } from '../../../src/domain/l2/tier-gate';
import { TierReporter } from '../../../src/domain/l2/tier-reporter';
import { CacheError } from '../../../src/domain/cache-error';
import { deriveDriver, type StoreDriver } from '../../../src/ports/driver';
import { FakeClock, FakeDriver, RecordingLogger, testKey } from '../../../src/testing';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';

const key = testKey('a');
const deadlines = { readMs: 250, writeMs: 1_000, clearMs: 30_000, closeMs: 2_000 };

describe('TierGate', () => {
  let clock: FakeClock;
  let driver: FakeDriver;
  let logger: RecordingLogger;

  beforeEach(() => {
    clock = new FakeClock();
    driver = new FakeDriver({ clock });
    logger = new RecordingLogger();
  });

  /** A gate on the driver, whose store keeps deadlines. */
  function gateOn(changed: Partial<StoreDriver> = {}, startup: 'lazy' | 'require' = 'lazy'): TierGate {
    const reporter = new TierReporter('fake', { record: () => undefined }, [], logger, clock);
    const store = new DeadlineStore(driver.store, { deadlines, clock, maxPayloadBytes: Infinity });
    const settings = { clock, deadlines, startup, startupTimeoutMs: 5_000 };
    return new TierGate(deriveDriver(driver, { store, ...changed }), settings, reporter);
  }
  const write = (gate: TierGate) => gate.send('store', (store) => store.set(key, 'payload', 60_000));
  const erase = (gate: TierGate) => gate.send('erase', (store) => store.clear(key));

  describe('before and after its first attempt to connect', () => {
    it('is neither open nor away at first, then open, and away during an outage', async () => {
      const gate = gateOn();
      const seen = [[gate.isOpen, gate.isAway]];
      await gate.start();
      seen.push([gate.isOpen, gate.isAway]);
      driver.goAway();
      seen.push([gate.isOpen, gate.isAway]);

      expect(seen).to.deep.equal([
        [false, false],
        [true, false],
        [false, true],
      ]);
    });

    it('is away once it is closed, also if it was never opened', async () => {
      const gate = gateOn();

      await gate.close();

      expect([gate.isOpen, gate.isAway, await gate.read([key], 1)]).to.deep.equal([false, true, unreachable]);
    });

    for (const [name, limitMs, call] of [
      ['read', 250, (gate: TierGate) => gate.read([key], 1)],
      ['write', 1_000, (gate: TierGate) => write(gate)],
      ['erase', 30_000, (gate: TierGate) => erase(gate)],
    ] as const) {
      it(`gives the connection and the call one deadline: ${name}`, async () => {
        const { promise, resolve } = deferred();
        const gate = gateOn({ open: () => promise.then(() => driver.open()) });
        let ended = false;
        const outcome = call(gate).finally(() => (ended = true));
        await clock.advance(200);
        driver.store.hang();
        resolve();
        await clock.advance(limitMs - 201);
        expect(ended).to.equal(false);
        await clock.advance(1);

        expect(await outcome).to.satisfy((given: unknown) => given === 'unknown' || given instanceof CacheError);
        driver.store.heal();
      });
    }

    it('counts a skip for each call that a read was for', async () => {
      const gate = gateOn();
      driver.goAway();
      await gate.start();

      expect(await gate.read([key, testKey('b')], 3)).to.equal(unreachable);
      expect(await gate.read([key], 0)).to.equal(unreachable);

      expect(gate.numbers.counts.skip.total).to.equal(3);
    });
  });

  describe('names the reason of an outage', () => {
    const failing = (error: unknown): Partial<StoreDriver> => ({ open: () => Promise.reject(error) });

    it('that the driver gives when it cannot be opened, and no text of a foreign error', async () => {
      const [own, foreign] = [
        gateOn(failing(new CacheError('CACHE_TIER_UNAVAILABLE', 'no such host'))),
        gateOn(failing(new Error('secret'))),
      ];
      await Promise.all([own.start(), foreign.start()]);

      expect([own.health().reason, foreign.health().reason]).to.deep.equal(['no such host', 'it could not be opened']);
    });

    it('that the probe gives, the newest one, until L2 is back', async () => {
      const gate = gateOn();
      driver.probe.down('refused');
      await gate.start();
      expect(gate.health()).to.include({ state: 'down', reason: 'refused' });
      driver.probe.reason = 'no route';
      expect(gate.health().reason).to.equal('no route');

      driver.comeBack();
      await clock.advance(0);

      expect(gate.health()).to.include({ state: 'up', reason: undefined });
    });

    it('as unknown where there is none', async () => {
      driver.probe.health = 'down';
      driver.probe.reason = undefined;
      const gate = gateOn({ open: () => Promise.resolve() });

      await gate.start();

      expect(gate.health().reason).to.equal('it did not answer');
    });

    it('in the error of a start that requires L2', async () => {
      const gate = gateOn({}, 'require');
      driver.probe.down('refused');
      const failed = rejectionOf(gate.start());
      await clock.advance(5_000);

      expect(await failed)
        .to.be.instanceOf(CacheError)
        .with.property('message')
        .that.matches(/was not up within 5000 ms: refused$/);
    });
  });

  it('says since when L2 is up, on the wall clock, also while it is suspect', async () => {
    await clock.advance(1_000);
    const gate = gateOn();
    await gate.start();
    const since = clock.now();
    await clock.advance(7_000);
    expect(gate.health()).to.include({ state: 'up', since });

    driver.store.hang();
    const late = gate.read([key], 1);
    await clock.advance(250);
    await late;

    expect(gate.isOpen).to.equal(false);
    expect(gate.health()).to.include({ state: 'up', since });
    driver.store.heal();
  });

  it('takes a late write for a sign of an outage, and a late erasure for none', async () => {
    const gate = gateOn();
    await gate.start();
    driver.store.hang();
    const erasing = erase(gate);
    await clock.advance(30_000);
    expect([await erasing, gate.isOpen]).to.deep.equal(['unknown', true]);

    const writing = write(gate);
    await clock.advance(1_000);

    expect([await writing, gate.isOpen]).to.deep.equal(['unknown', false]);
    driver.store.heal();
  });

  it('reports the error of each failed call, and none of a read that no caller needs', async () => {
    const gate = gateOn();
    await gate.start();
    const error = new CacheError('CACHE_TIER_UNAVAILABLE', 'lost');
    driver.store.fail(error);

    expect(await gate.read([key], 0)).to.equal(error);
    expect([logger.messages('debug'), gate.numbers.counts.failure.total]).to.deep.equal([[], 0]);
    expect(await gate.read([key], 1)).to.equal(error);
    expect(await write(gate)).to.equal('unknown');

    expect(logger.messages('debug')).to.deep.equal(['a call to L2 (fake) failed: lost']);
    expect(gate.numbers.counts.failure.total).to.equal(2);
    driver.store.fail(new Error('of a foreign store'));
    expect(await gate.read([key], 1)).to.equal(unreachable);
  });

  it('reports the error of a recovery that fails, and stays closed', async () => {
    const gate = gateOn();
    let attempts = 0;
    const error = new Error('no');
    gate.register({
      pending: { size: 1, batch: () => ({ keys: [key], tags: [], mark: 1 }), confirm: () => undefined } as never,
      recent: new RecentInvalidations(new FakeClock(), 0),
      invalidate: () => {
        attempts += 1;
        return Promise.reject(error);
      },
    });

    await gate.start();

    expect([attempts, gate.isOpen, gate.numbers.counts.failure.total]).to.deep.equal([1, false, 1]);
    expect(logger.messages('debug')).to.deep.equal(['a call to L2 (fake) failed: no']);
    expect(gate.health()).to.include({ state: 'down' });
    await gate.close();
  });
});
