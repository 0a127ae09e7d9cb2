import { expect } from 'chai';
import type { Cipher } from '../../../src/ports/cipher';
import { strictSanitizer } from '../../../src/adapters/keys/sanitizers';
import type { WrapOptions } from '../../../src/domain/options/call-options';
import { longestWaitMs } from '../../../src/domain/reading/leased-loads';
import { withRunLimit } from '../../../src/domain/reading/run-limit';
import { forHandler } from '../../../src/domain/reading/single-flight';
import { leaseMs } from '../../../src/domain/l2/leases';
import type { CacheUnderTest, UnderTestOptions } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';
import { RecordedSpans } from '../../builders/recorded-spans';
import { rejectionOf } from '../../builders/rejection-of';

describe('Cache: leases', () => {
  const build = caches();

  /** Processes on one server. No message of one reaches the others. */
  const fleet = async (count: number, options: UnderTestOptions = {}): Promise<readonly CacheUnderTest[]> => {
    const processes = Array.from({ length: count }, (_, i) => build({ ...options, node: `node-${i}` }));
    for (const one of processes) {
      one.replies.redirectTo(processes[0]!.store);
      await one.cache.start();
    }
    return processes;
  };
  const pair = async (options?: UnderTestOptions): Promise<readonly [CacheUnderTest, CacheUnderTest]> => {
    const [one, other] = await fleet(2, options);
    return [one!, other!];
  };
  /** Lets time pass for all of them alike. */
  const advance = async (processes: readonly CacheUnderTest[], ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 50) for (const one of processes) await one.clock.advance(Math.min(50, ms - passed));
  };
  const settle = async (processes: readonly CacheUnderTest[]): Promise<void> => {
    for (const one of [...processes, ...processes]) await one.settle();
  };

  /** A `wrap` of the key a, whose load is under way until it is resolved. */
  const beginLoad = ({ cache }: CacheUnderTest, options?: WrapOptions): { value: Promise<string>; resolve: (value: string) => void } => {
    const { promise, resolve } = deferred<string>();
    return { value: cache.wrap('a', () => promise, options), resolve };
  };

  it('are counted while they are held, and named in spans: taken, shared, or waited for', async () => {
    const traces = new RecordedSpans();
    const processes = await fleet(3, { traces });
    const [one, sharer, waiter] = processes as [CacheUnderTest, CacheUnderTest, CacheUnderTest];
    const load = beginLoad(one);
    await settle(processes);
    const shared = beginLoad(sharer);
    const waited = beginLoad(waiter, { acrossProcesses: 'wait' });
    await settle(processes);
    expect(processes.map(({ cache }) => cache.stats().leasesHeld)).to.deep.equal([1, 0, 0]);

    load.resolve('value');
    await advance(processes, 200);
    shared.resolve('value');
    await Promise.all([load.value, shared.value, waited.value]);
    await settle(processes);

    expect(traces.of('wrap').map(({ facts }) => facts?.lease)).to.deep.equal(['taken', 'shared', 'waited']);
    expect(processes.map(({ cache }) => cache.stats().leasesHeld)).to.deep.equal([0, 0, 0]);
  });

  const changes: Readonly<Record<string, (other: CacheUnderTest) => Promise<unknown>>> = {
    del: ({ cache }) => cache.del('a'),
    set: ({ cache }) => cache.set('a', 'new'),
    expire: ({ cache }) => cache.expire('a'),
    delMany: ({ cache }) => cache.delMany(['b', 'a']),
    setMany: ({ cache }) => cache.setMany([{ key: 'a', value: 'new' }]),
    clear: ({ cache }) => cache.clear(),
    delByTag: ({ cache }) => cache.delByTag('t'),
    'delByTag in the mode expire': ({ cache }) => cache.delByTag(['t'], { mode: 'expire' }),
    'a load of another process': ({ cache }) => cache.wrap('a', () => 'new'),
  };
  const begins: Readonly<Record<string, (one: CacheUnderTest) => void>> = {
    'a missing value': () => undefined,
    'a stale value': (one) => one.plant('a', 'older', { ttl: '1s', staleIfError: '1h' }, 2_000),
    'a value that was cleared': (one) => one.plant('a', 'older', { ttl: '1ms' }, 2_000),
  };
  for (const [beginning, plant] of Object.entries(begins)) {
    for (const [change, make] of Object.entries(changes)) {
      it(`stores nothing of a load for ${beginning} during which another process did ${change}`, async () => {
        const [one, other] = await pair();
        plant(one);
        const { value, resolve } = beginLoad(one, { tags: ['t'] });
        await settle([one, other]);
        await make(other);
        await settle([one, other]);
        resolve('old');

        expect(await value).to.equal('old');
        await settle([one, other]);
        expect([one.cache.peek('a'), await other.cache.get('a')]).to.not.include('old');
        expect(await one.cache.get('a')).to.not.equal('old');
      });
    }
  }

  it('reports a value that L2 did not take, and stores the next one', async () => {
    const [one, other] = await pair();
    const { value, resolve } = beginLoad(one);
    await settle([one, other]);
    await other.cache.del('a');
    resolve('old');
    await value;
    await settle([one, other]);

    expect(one.cache.stats()).to.deep.include({
      fenced: { invalidation: 0, lease: 1 },
      leases: { taken: 1, shared: 0, waited: 0 },
    });
    expect(await one.cache.wrap('a', () => 'new')).to.equal('new');
    await settle([one, other]);
    expect(await other.cache.get('a')).to.equal('new');
  });

  it('lets two processes load at once, and keeps the value that is ready first', async () => {
    const [one, other] = await pair();
    const [slow, quick] = [deferred<string>(), deferred<string>()];
    const values = [one.cache.wrap('a', () => slow.promise), other.cache.wrap('a', () => quick.promise)];
    await settle([one, other]);
    quick.resolve('quick');
    await settle([one, other]);
    slow.resolve('slow');

    expect(await Promise.all(values)).to.deep.equal(['slow', 'quick']);
    await settle([one, other]);
    expect([await one.cache.get('a'), await other.cache.get('a'), one.inL2('a')?.value]).to.deep.equal(['quick', 'quick', 'quick']);
    expect(other.cache.stats().leases).to.deep.equal({ taken: 0, shared: 1, waited: 0 });
  });

  it('uses a value that came between the read and the lease, and loads nothing', async () => {
    const [one, other] = await pair();
    other.replies.hold('get');
    const value = other.cache.wrap('a', () => 'not loaded');
    await settle([one, other]);
    await one.cache.set('a', 'set meanwhile');
    other.replies.release();
    await settle([one, other]);

    expect(await value).to.equal('set meanwhile');
  });

  it('loads, and stores nothing in L2, if the key changes at every look', async () => {
    const [one, other] = await pair();
    let looks = 0;
    const read = one.store.getMany.bind(one.store);
    one.store.getMany = async (keys) => {
      const answer = await read(keys);
      one.plant('a', `older ${looks++}`, { ttl: '1ms', staleIfError: '1h' }, 10);
      return answer;
    };

    expect(await other.cache.wrap('a', () => 'loaded')).to.equal('loaded');
    await settle([one, other]);
    expect([looks, other.inL2('a'), other.cache.peek('a')]).to.deep.equal([4, undefined, 'loaded']);
  });

  for (const [name, load, options] of [
    ['throws', () => Promise.reject(new Error('no database')), {}],
    ['returns undefined', () => Promise.resolve(undefined), {}],
    ['skips', (context: { skip(): void }) => (context.skip(), 'skipped'), {}],
  ] as const) {
    it(`gives the lease back when the loader ${name}`, async () => {
      const [one] = await fleet(1);
      await one!.cache.wrap('a', load, options).catch(() => undefined);
      await one!.settle();

      expect(one!.store.peek(one!.remoteKey('a'))).to.equal(undefined);
    });
  }

  it('leaves an old value as it was when its load fails', async () => {
    const [one] = await fleet(1);
    one!.plant('a', 'older', { ttl: '1s', staleIfError: '1h' }, 2_000);
    const before = one!.store.peek(one!.remoteKey('a'));

    expect(await one!.cache.wrap('a', () => Promise.reject(new Error('no database')))).to.equal('older');
    await one!.settle();
    expect(one!.store.peek(one!.remoteKey('a'))).to.deep.equal(before);
  });

  it('shows other processes the old value while a new one is loaded', async () => {
    const [one, other] = await pair();
    one.plant('a', 'older', { ttl: '1h' });
    const { promise, resolve } = deferred<string>();
    const value = one.cache.wrap('a', () => promise, { refreshAhead: 0.000_1 });
    await one.clock.advance(60_000);
    const refreshed = one.cache.wrap('a', () => promise, { refreshAhead: 0.000_1 });
    await settle([one, other]);

    expect([await value, await refreshed]).to.deep.equal(['older', 'older']);
    expect([await other.cache.get('a'), await other.cache.has('a')]).to.deep.equal(['older', true]);
    resolve('new');
    await settle([one, other]);
    expect(one.inL2('a')?.value).to.equal('new');
  });

  it('renews the lease of a long load', async () => {
    const [one, other] = await pair();
    const { value, resolve } = beginLoad(one);
    await advance([one, other], 4 * leaseMs);
    resolve('loaded');

    await value;
    await settle([one, other]);
    expect(one.inL2('a')?.value).to.equal('loaded');
  });

  it('does not renew a lease that a change removed', async () => {
    const [one, other] = await pair();
    const { value, resolve } = beginLoad(one);
    await settle([one, other]);
    await other.cache.del('a');
    await advance([one, other], 2 * leaseMs);
    resolve('old');

    await value;
    await settle([one, other]);
    expect([one.inL2('a'), one.cache.peek('a')]).to.deep.equal([undefined, undefined]);
  });

  it('gives the lease of a load back that was given up at its hard timeout, or whose key was changed', async () => {
    const [one] = await fleet(1, { hearsOthers: true });
    const { promise, resolve } = deferred<string>();
    const late = rejectionOf(one!.cache.wrap('a', () => promise, { hardTimeout: '1s' }));
    const changed = one!.cache.wrap('b', () => promise);
    await one!.clock.advance(1_000);
    await late;
    await one!.cache.set('b', 'set');
    await one!.clock.advance(leaseMs);
    await one!.settle();

    expect(['a', 'b'].map((key) => one!.store.peek(one!.remoteKey(key))?.payload.includes('!'))).to.deep.equal([undefined, false]);
    expect(one!.clock.waiting).to.equal(0);
    resolve('late');
    await changed;
  });

  it('stores nothing after it was frozen for longer than its lease', async () => {
    const [one, other] = await pair();
    const { value, resolve } = beginLoad(other);
    await settle([one, other]);
    await one.clock.advance(leaseMs + 1);
    expect(await one.cache.wrap('a', () => 'new')).to.equal('new');
    await settle([one, other]);
    resolve('old');

    expect(await value).to.equal('old');
    await settle([one, other]);
    expect([one.inL2('a')?.value, other.cache.peek('a')]).to.deep.equal(['new', undefined]);
  });

  it('keeps a loaded value in L1 for a short time alone if L2 could not be asked', async () => {
    const [one] = await fleet(1, { hearsOthers: true });
    one!.store.fail();
    expect(await one!.cache.wrap('a', () => 'loaded')).to.equal('loaded');
    one!.store.heal();
    await one!.clock.advance(5_000);

    expect([one!.cache.peek('a'), one!.inL2('a')]).to.deep.equal([undefined, undefined]);
  });

  it('stores loads as before on a server that has no leases', async () => {
    const [one] = await fleet(1);
    one!.store.hasLeases = false;
    for (const key of ['a', 'b']) await one!.cache.wrap(key, () => key);
    await one!.settle();

    expect([one!.inL2('a')?.value, one!.inL2('b')?.value]).to.deep.equal(['a', 'b']);
    expect(one!.cache.stats().leases).to.deep.equal({ taken: 0, shared: 0, waited: 0 });
  });

  // A reply to the read, or to the command that seals the value again, is still on its way when the other process changes the key.
  for (const held of ['get', 'set'] as const) {
    it(`does not seal a value under a new key after another process has changed it, while the reply to a ${held} is on its way`, async () => {
      let round = 1;
      const cipher: Cipher = {
        seal: (plain) => `${round}|${plain}`,
        open: (sealed) => sealed.slice(2),
        isCurrent: (sealed) => sealed.startsWith(`${round}|`),
      };
      const [one, other] = await pair({ cipher, hearsOthers: true });
      const after = async (key: string, change: () => Promise<unknown>): Promise<string | undefined> => {
        round = 1;
        await one.cache.set(key, 'older');
        round = 2;
        other.replies.hold(held);
        const value = other.cache.get(key);
        await settle([one, other]);
        await change();
        other.replies.release();
        await value;
        await settle([one, other]);
        return one.store.peek(one.remoteKey(key))?.payload;
      };

      expect(await after('a', () => Promise.resolve())).to.match(/^t2\$2\|/);
      expect(await after('b', () => one.cache.del('b'))).to.equal(undefined);
      await after('c', () => one.cache.set('c', 'newer'));
      expect(one.inL2('c')?.value).to.equal('newer');
      await after('d', () => one.cache.expire('d'));
      expect((await one.cache.explain('d')).l2).to.include({ state: 'expired' });
    });
  }

  it('leaves the newer value of another process in place of a loaded one that L2 cannot hold', async () => {
    const [one, other] = await pair({ maxPayloadBytes: 1_024 });
    const { value, resolve } = beginLoad(one);
    await settle([one, other]);
    await other.cache.set('a', 'new');
    resolve('x'.repeat(2_000));
    await value;
    await settle([one, other]);

    expect([one.inL2('a')?.value, one.cache.peek('a')]).to.deep.equal(['new', undefined]);
    await other.cache.wrap('b', () => 'x'.repeat(2_000));
    expect(other.cache.peek<string>('b')?.length).to.equal(2_000);
  });

  it('serves an expired value no longer than its grace period, however often it is read', async () => {
    const [one, other] = await pair();
    const life = { ttl: '1h', staleIfError: '10s' } as const;
    await one.cache.set('a', 'older', life);
    await one.cache.expire('a');
    const read = (): Promise<unknown> => other.cache.wrap('a', () => Promise.reject(new Error('no database')), { retryAfterError: 0 });
    expect(await read()).to.equal('older');
    await advance([one, other], 6_000);
    expect(await read()).to.equal('older');
    await advance([one, other], 6_000);

    expect(await rejectionOf(read())).to.have.property('message', 'no database');
  });

  it('keeps the value of a load that outlives the payload that it refreshes', async () => {
    const [one] = await fleet(1);
    const { promise, resolve } = deferred<string>();
    one!.plant('a', 'older', { ttl: '1s', staleWhileRevalidate: '1s' }, 1_500);
    const stale = one!.cache.wrap('a', () => promise, { staleWhileRevalidate: '1s' });
    expect(await stale).to.equal('older');
    await one!.clock.advance(3_000);
    resolve('new');
    await one!.settle();

    expect([one!.inL2('a')?.value, one!.cache.peek('a')]).to.deep.equal(['new', 'new']);
  });

  it('gives a lease back when the last load that shares it has ended', async () => {
    const [one] = await fleet(1);
    const [first, second] = [deferred<string>(), deferred<string>()];
    const handler = rejectionOf(one!.cache.wrap('a', () => first.promise, forHandler({})));
    await one!.settle();
    const value = one!.cache.wrap('a', () => second.promise);
    await one!.settle();
    first.reject(new Error('no database'));
    await handler;
    await one!.settle();
    second.resolve('loaded');
    await value;
    await one!.settle();

    expect([one!.inL2('a')?.value, one!.cache.peek('a')]).to.deep.equal(['loaded', 'loaded']);
  });

  it('gives a lease back when the old value has a tag that cannot be named', async () => {
    const [one] = await fleet(1, { sanitizer: strictSanitizer({ allow: /[a-z]+/ }) });
    const refused = rejectionOf(one!.cache.wrap('a', () => 'loaded', { tags: ['not a name'] }));
    await one!.settle();

    expect(await refused).to.have.property('code', 'CACHE_TAG_INVALID');
    expect([one!.store.peek(one!.remoteKey('a')), one!.clock.waiting]).to.deep.equal([undefined, 0]);
  });

  describe("with acrossProcesses: 'wait'", () => {
    const waiting = { acrossProcesses: 'wait' } as const;

    it('loads a key once for the fleet', async () => {
      const processes = await fleet(4, waiting);
      const { promise, resolve } = deferred<string>();
      let loads = 0;
      const values = processes.map(({ cache }) => cache.wrap('a', () => ((loads += 1), promise)));
      await settle(processes);
      await advance(processes, 200);
      resolve('loaded');
      await advance(processes, 200);

      expect(await Promise.all(values)).to.deep.equal(['loaded', 'loaded', 'loaded', 'loaded']);
      expect(loads).to.equal(1);
      expect(processes.map(({ cache }) => cache.stats().leases.waited)).to.deep.equal([0, 1, 1, 1]);
    });

    it('may be said for one call', async () => {
      const [one, other] = await pair();
      const { promise, resolve } = deferred<string>();
      const values = [one.cache.wrap('a', () => promise), other.cache.wrap('a', () => 'not loaded', waiting)];
      await settle([one, other]);
      resolve('loaded');
      await advance([one, other], 200);

      expect(await Promise.all(values)).to.deep.equal(['loaded', 'loaded']);
    });

    it('waits no longer than the lease of a process that died', async () => {
      const [one, other] = await pair(waiting);
      one.store.plant(one.remoteKey('a'), `t2!gone,${one.clock.now() + leaseMs},0;`, leaseMs);
      let loads = 0;
      const value = other.cache.wrap('a', () => ((loads += 1), 'loaded'));
      await advance([one, other], leaseMs - 200);
      expect(loads).to.equal(0);
      await advance([one, other], 400);

      expect([await value, loads]).to.deep.equal(['loaded', 1]);
    });

    it('waits no longer than 10 seconds for a load that never ends', async () => {
      const [one, other] = await pair(waiting);
      const never = rejectionOf(one.cache.wrap('a', () => new Promise<string>(() => undefined), { hardTimeout: '1m' }));
      await settle([one, other]);
      let loads = 0;
      const value = other.cache.wrap('a', () => ((loads += 1), 'loaded'));
      await advance([one, other], longestWaitMs - 100);
      expect(loads).to.equal(0);
      await advance([one, other], 300);

      expect([await value, loads]).to.deep.equal(['loaded', 1]);
      await advance([one, other], 60_000);
      await never;
    });

    it('waits also for a caller with a hard timeout, or in a load that is shared no longer', async () => {
      const [one, other] = await pair(waiting);
      const { value, resolve } = beginLoad(one);
      await settle([one, other]);
      const limited = withRunLimit({}, { ms: 100, onExceeded: () => undefined });
      const values = [
        value,
        other.cache.wrap('a', () => 'not loaded', { hardTimeout: '5s' }),
        other.cache.wrap('a', () => 'not loaded either', forHandler(limited)),
      ];
      await advance([one, other], 300);
      resolve('loaded');
      await advance([one, other], 500);

      expect(await Promise.all(values)).to.deep.equal(['loaded', 'loaded', 'loaded']);
    });

    it('loads nothing for callers that have left', async () => {
      const [one, other] = await pair(waiting);
      const { value, resolve } = beginLoad(one);
      await settle([one, other]);
      let loads = 0;
      const late = rejectionOf(other.cache.wrap('a', () => ((loads += 1), 'not loaded'), { hardTimeout: '300ms' }));
      await advance([one, other], 500);
      await late;
      const reads = one.calls('get');
      await one.cache.del('a');
      await advance([one, other], 20_000);

      expect([loads, one.calls('get')]).to.deep.equal([0, reads]);
      resolve('loaded');
      await value;
    });

    it('goes on at once when the holder fails', async () => {
      const [one, other] = await pair(waiting);
      const failing = deferred<string>();
      const failed = rejectionOf(one.cache.wrap('a', () => failing.promise));
      await settle([one, other]);
      const value = other.cache.wrap('a', () => 'loaded');
      await settle([one, other]);
      failing.reject(new Error('no database'));
      await failed;
      await advance([one, other], 100);

      expect(await value).to.equal('loaded');
    });

    it('loads if the key is deleted while it waits', async () => {
      const [one, other] = await pair(waiting);
      const { promise, resolve } = deferred<string>();
      const old = one.cache.wrap('a', () => promise);
      await settle([one, other]);
      const value = other.cache.wrap('a', () => 'new');
      await settle([one, other]);
      await one.cache.del('a');
      await advance([one, other], 100);
      expect(await value).to.equal('new');
      resolve('old');

      expect(await old).to.equal('old');
      await settle([one, other]);
      expect(await one.cache.get('a')).to.equal('new');
    });

    it('leaves the wait to the timeouts of the caller', async () => {
      const [one, other] = await pair(waiting);
      one.plant('b', 'older', { ttl: '1s', staleIfError: '1h' }, 2_000);
      const { promise, resolve } = deferred<string>();
      const values = [one.cache.wrap('a', () => promise), one.cache.wrap('b', () => promise)];
      await settle([one, other]);
      const late = rejectionOf(other.cache.wrap('a', () => 'not loaded', { hardTimeout: '300ms' }));
      const stale = other.cache.wrap('b', () => 'not loaded', { softTimeout: '100ms' });
      await advance([one, other], 400);

      expect(await late).to.have.property('code', 'CACHE_LOAD_TIMEOUT');
      expect(await stale).to.equal('older');
      resolve('loaded');
      await Promise.all(values);
      await advance([one, other], 200);
    });

    it('ends the wait when the cache closes, or L2 goes away', async () => {
      const [one, other] = await pair(waiting);
      const third = build({ ...waiting, node: 'third' });
      third.replies.redirectTo(one.store);
      const { promise, resolve } = deferred<string>();
      const first = one.cache.wrap('a', () => promise);
      await settle([one, other, third]);
      const values = [other.cache.wrap('a', () => 'loaded by the closing one'), third.cache.wrap('a', () => 'loaded without L2')];
      await settle([one, other, third]);
      void other.cache.close();
      third.replies.redirectTo(third.store);
      third.store.fail();
      await advance([other, third], 300);

      expect(await Promise.all(values)).to.deep.equal(['loaded by the closing one', 'loaded without L2']);
      resolve('loaded');
      await first;
    });

    it('does not wait for its own lease', async () => {
      const [one] = await fleet(1, waiting);
      const value = one!.cache.wrap('a', () => one!.cache.wrap('a', () => 'inner'));
      await one!.settle();

      expect(await value).to.equal('inner');
    });
  });

  it('refreshes a stale value once for the fleet, and no caller waits', async () => {
    const processes = await fleet(3);
    processes[0]!.plant('a', 'older', { ttl: '1s', staleWhileRevalidate: '1h' }, 2_000);
    const { promise, resolve } = deferred<string>();
    let loads = 0;
    const values = processes.map(({ cache }) => cache.wrap('a', () => ((loads += 1), promise), { staleWhileRevalidate: '1h' }));
    await settle(processes);

    expect(await Promise.all(values)).to.deep.equal(['older', 'older', 'older']);
    resolve('new');
    await advance(processes, 300);
    expect(loads).to.equal(1);
    expect(processes.map(({ cache }) => cache.stats().refreshes.done)).to.deep.equal([1, 1, 1]);
    expect(processes.map(({ cache }) => cache.peek('a'))).to.deep.equal(['new', 'new', 'new']);
  });

  it('refreshes ahead of time once for the fleet, whatever is read meanwhile', async () => {
    const processes = await fleet(2);
    processes[0]!.plant('a', 'older', { ttl: '1m' }, 50_000);
    const { promise, resolve } = deferred<string>();
    let loads = 0;
    const read = ({ cache }: CacheUnderTest): Promise<unknown> => cache.wrap('a', () => ((loads += 1), promise), { refreshAhead: 0.5 });
    for (let round = 0; round < 5; round += 1) {
      expect(await Promise.all(processes.map(read))).to.deep.equal(['older', 'older']);
      await advance(processes, 300);
    }
    resolve('new');
    await advance(processes, 1_500);

    expect(loads).to.equal(1);
    expect(processes.map(({ cache }) => cache.stats().refreshes.done)).to.deep.equal([1, 1]);
  });

  it('does not let a caller wait for the refresh of another process', async () => {
    const [one, other] = await pair();
    one.plant('a', 'older', { ttl: '1s', staleWhileRevalidate: '1s' }, 1_500);
    const { promise, resolve } = deferred<string>();
    const life = { staleWhileRevalidate: '1s' } as const;
    expect(await one.cache.wrap('a', () => promise, life)).to.equal('older');
    await settle([one, other]);
    expect(await other.cache.wrap('a', () => 'loaded', life)).to.equal('older');
    await advance([one, other], 1_000);
    const value = other.cache.wrap('a', () => 'joined', life);
    await advance([one, other], 200);

    expect(await value).to.equal('loaded');
    resolve('late');
    await settle([one, other]);
  });
});
