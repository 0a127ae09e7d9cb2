import { expect } from 'chai';
import { forHandler } from '../../../src/domain/reading/single-flight';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';

const pause = (): Promise<void> => new Promise(setImmediate);

describe('Cache: a load that asks for its own key', () => {
  const build = caches();

  for (const [when, wait] of [
    ['at once', () => Promise.resolve()],
    ['after it has awaited something', pause],
  ] as const) {
    it(`${when} gets the value of the inner loader, and stores the outer value`, async () => {
      const { cache } = build();

      const value = await cache.wrap('a', async () => {
        await wait();
        return `whole of ${await cache.wrap('a', async () => 'part')}`;
      });

      expect([value, cache.peek('a')]).to.deep.equal(['whole of part', 'whole of part']);
    });

    it(`${when}, in a handler, a method and a wrap inside each other, is answered`, async () => {
      const { cache } = build();
      const part = async () => {
        await wait();
        return cache.wrap('a', async () => 'part', '1m');
      };
      const middle = async () => {
        await wait();
        return cache.wrap('a', async () => `middle of ${await part()}`);
      };

      const value = await cache.wrap('a', async () => `whole of ${await middle()}`, forHandler({}));

      expect([value, cache.peek('a')]).to.deep.equal(['whole of middle of part', 'whole of middle of part']);
    });

    it(`${when}, again and again, is stopped`, async () => {
      const { cache } = build();
      let runs = 0;
      const load = async (): Promise<string> => {
        runs++;
        await wait();
        return cache.wrap('a', load);
      };

      expect(await rejectionOf(cache.wrap('a', load))).to.have.property('code', 'CACHE_LOAD_RECURSIVE');
      expect(runs).to.equal(3);
      expect(await cache.get('a')).to.equal(undefined);
    });
  }

  it('through other keys, again and again, is stopped', async () => {
    const { cache } = build();
    const loadA = (): Promise<string> => cache.wrap('b', loadB);
    const loadB = (): Promise<string> => cache.wrap('a', loadA);

    expect(await rejectionOf(cache.wrap('a', loadA))).to.have.property('code', 'CACHE_LOAD_RECURSIVE');
  });

  it('in another namespace or cache is an ordinary call', async () => {
    const [one, other] = [build(), build()];
    const below = one.cache.namespace('below');

    const value = await one.cache.wrap('a', async () => {
      await pause();
      return [await below.wrap('a', async () => 'below'), await other.cache.wrap('a', async () => 'other')];
    });

    expect(value).to.deep.equal(['below', 'other']);
    expect([below.peek('a'), other.cache.peek('a')]).to.deep.equal(['below', 'other']);
  });

  it('does not touch an unrelated call of the key at the same time: it shares the load', async () => {
    const one = build();
    const gate = deferred();
    let loads = 0;
    const load = async () => {
      loads++;
      await gate.promise;
      return `whole of ${await one.cache.wrap('a', async () => 'part')}`;
    };
    const first = one.cache.wrap('a', load);
    await one.settle();
    const others = [one.cache.wrap('a', load), one.cache.wrap('a', load)];
    gate.resolve();

    expect(await Promise.all([first, ...others])).to.deep.equal(Array(3).fill('whole of part'));
    expect([loads, one.cache.peek('a')]).to.deep.equal([1, 'whole of part']);
  });

  it('ends with the load: a call from a timer that the load has set is an ordinary call', async () => {
    const { cache } = build();
    let later: Promise<string> | undefined;
    await cache.wrap('a', async () => {
      setImmediate(() => {
        later = cache.wrap('a', async () => 'second');
      });
      return 'first';
    });
    await cache.del('a');
    await pause();
    await pause();

    expect([await later, cache.peek('a')]).to.deep.equal(['second', 'second']);
  });

  it('stores nothing, neither outer nor inner value, when the key was deleted meanwhile', async () => {
    const one = build();
    const load = async () => {
      await one.cache.del('a');
      return one.cache.wrap('a', async () => 'part');
    };

    await one.cache.wrap('a', load);

    expect(await one.cache.get('a')).to.equal(undefined);
  });

  it('keeps the timeouts of the inner call, and the end of the cache', async () => {
    const one = build();
    const inner = deferred<string>();
    let closing: AbortSignal | undefined;
    const aborted = new AbortController();
    aborted.abort(new Error('gone'));
    const whole = one.cache.wrap('a', async () => {
      await pause();
      const load = ({ signal }: { readonly signal: AbortSignal }) => {
        closing = signal;
        return inner.promise;
      };
      const abortedCall = rejectionOf((async () => one.cache.wrap('a', load, { signal: aborted.signal }))());
      const late = rejectionOf(one.cache.wrap('a', load, { hardTimeout: '1s' }));
      await one.clock.advance(1_000);
      return [await abortedCall, await late];
    });

    const [gone, late] = await whole;
    expect(gone).to.have.property('message', 'gone');
    expect(late).to.have.property('code', 'CACHE_LOAD_TIMEOUT');
    inner.resolve('part');
    await one.cache.close();
    expect(closing?.aborted).to.equal(true);
  });
});

describe('Cache: handlers and calls with one key', () => {
  const build = caches();

  it('have flights apart, and the value that arrives first is stored', async () => {
    const one = build();
    const [data, answer] = [deferred<string>(), deferred<string>()];
    const call = one.cache.wrap('a', () => data.promise);
    const handler = one.cache.wrapEntry('a', () => answer.promise, forHandler({}));
    await one.settle();
    data.resolve('data');
    await call;
    answer.resolve('answer');

    expect((await handler).outcome).to.equal('fenced');
    expect(await one.cache.get('a')).to.equal('data');
  });

  it('are fenced together by a delete', async () => {
    const one = build();
    const [data, answer] = [deferred<string>(), deferred<string>()];
    const loads = [one.cache.wrap('a', () => data.promise), one.cache.wrap('a', () => answer.promise, forHandler({}))];
    await one.settle();
    await one.cache.del('a');
    data.resolve('old');
    answer.resolve('old');

    expect(await Promise.all(loads)).to.deep.equal(['old', 'old']);
    expect(await one.cache.get('a')).to.equal(undefined);
  });
});
