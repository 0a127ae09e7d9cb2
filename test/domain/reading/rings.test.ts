import { expect } from 'chai';
import type { Cache } from '../../../src';
import { reaches, waitDuring, type WaitNode } from '../../../src/domain/reading/reentrancy';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';

const pause = (): Promise<void> => new Promise(setImmediate);

interface Place {
  readonly cache: Cache;
  readonly key: string;
}

describe('Cache: loads that ask for each other', () => {
  const build = caches();

  /** Starts a load for each key, which asks for the next key; the last one asks for the first. */
  const startRing = (places: readonly Place[], last: () => Promise<string>): Promise<string>[] => {
    const gate = deferred();
    const loads = places.map(({ cache, key }, index): Promise<string> => {
      const next = places[(index + 1) % places.length] as Place;
      return cache.wrap(key, async () => {
        await gate.promise;
        return `${key} of ${await next.cache.wrap(next.key, last)}`;
      });
    });
    gate.resolve();
    return loads;
  };

  const rings: Readonly<Record<string, () => readonly Place[]>> = {
    'two keys': () => {
      const { cache } = build();
      return ['a', 'b'].map((key) => ({ cache, key }));
    },
    'three keys': () => {
      const { cache } = build();
      return ['a', 'b', 'c'].map((key) => ({ cache, key }));
    },
    'two caches': () => [build(), build()].map(({ cache }) => ({ cache, key: 'a' })),
    'two namespaces and two caches': () => {
      const [one, other] = [build().cache, build().cache];
      return [one, one.namespace('below'), other, other.namespace('below')].map((cache) => ({ cache, key: 'a' }));
    },
  };

  for (const [what, placesOf] of Object.entries(rings)) {
    it(`are all answered, the last one by its own call: ${what}`, async () => {
      const places = placesOf();
      let own = 0;

      const values = await Promise.all(startRing(places, async () => `own ${(own += 1)}`));

      expect(own).to.equal(1);
      expect(values.filter((value) => value.split(' of ').length === 2 && value.endsWith('own 1'))).to.have.length(1);
      expect(places.map(({ cache, key }) => cache.peek(key))).to.deep.equal(values);
    });
  }

  it('are stopped, if they go on asking for each other', async () => {
    const { cache } = build();
    const ask = (key: string, load: () => Promise<string>): Promise<string> => cache.wrap(key, load);
    const loadA = async (): Promise<string> => {
      await pause();
      return ask('b', loadB);
    };
    const loadB = async (): Promise<string> => {
      await pause();
      return ask('a', loadA);
    };

    const errors = await Promise.all([ask('a', loadA), ask('b', loadB)].map(rejectionOf));
    for (const error of errors) expect(error).to.have.property('code', 'CACHE_LOAD_RECURSIVE');
  });

  it('share a load that they wait for without a ring', async () => {
    const { cache } = build();
    let loads = 0;
    const shared = () =>
      cache.wrap('shared', async () => {
        loads++;
        await pause();
        return 'shared';
      });

    const values = await Promise.all(
      ['a', 'b', 'c'].map((key) => cache.wrap(key, async () => `${key} of ${await shared()} and ${await shared()}`)),
    );

    expect([values, loads]).to.deep.equal([['a', 'b', 'c'].map((key) => `${key} of shared and shared`), 1]);
  });

  it('form no ring with a call that has timed out', async () => {
    const one = build();
    const [gate, slow] = [deferred(), deferred<string>()];
    let loads = 0;
    const a = one.cache.wrap('a', async () => {
      const error = await rejectionOf(one.cache.wrap('b', async () => 'never', { hardTimeout: '1s' }));
      await gate.promise;
      return error instanceof Error;
    });
    const b = one.cache.wrap('b', async () => {
      loads++;
      await slow.promise;
      return one.cache.wrap('a', async () => {
        loads++;
        return 'own';
      });
    });
    await one.settle();
    await one.clock.advance(1_000);
    slow.resolve('');
    await one.settle();
    gate.resolve();

    expect(await Promise.all([a, b])).to.deep.equal([true, true]);
    expect(loads).to.equal(1);
  });
});

describe('The graph of loads that wait for each other', () => {
  const node = (): WaitNode => ({ waits: undefined });

  it('has an edge as long as the wait lasts, and one for each wait', async () => {
    const [a, b] = [node(), node()];
    const [short, long] = [deferred(), deferred()];
    waitDuring(short.promise, a, b);
    waitDuring(long.promise, a, b);
    const seen = [reaches(a, b), reaches(b, a)];
    short.resolve();
    await pause();
    seen.push(reaches(a, b));
    long.reject(new Error('failed'));
    await pause();
    seen.push(reaches(a, b));

    expect(seen).to.deep.equal([true, false, true, false]);
  });

  it('is walked to its end, also if it has rings', () => {
    const [a, b, c, d] = [node(), node(), node(), node()];
    const never = deferred().promise;
    for (const [waiter, target] of [
      [a, b],
      [b, c],
      [c, a],
    ] as const)
      waitDuring(never, waiter, target);

    expect([reaches(a, c), reaches(c, b), reaches(a, d), reaches(d, a)]).to.deep.equal([true, true, false, false]);
  });
});
