import { expect } from 'chai';
import { atLevel, type NestingLevel } from '../../../src/domain/reading/reentrancy';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';

describe('Cache: a load that asks for its own key', () => {
  const build = caches();

  for (const [outer, inner] of [
    ['handler', 'method'],
    ['handler', 'direct'],
    ['method', 'direct'],
  ] satisfies [NestingLevel, NestingLevel][]) {
    it(`is answered from ${outer} to ${inner}, and stores the whole`, async () => {
      const { cache } = build();
      const part = () => cache.wrap('a', async () => 'part', atLevel(inner, { ttl: '1m' }));

      const value = await cache.wrap('a', async () => `whole of ${await part()}`, atLevel(outer, undefined));

      expect([value, cache.peek('a')]).to.deep.equal(['whole of part', 'whole of part']);
    });
  }

  it('stores nothing, whole or part, when the key was deleted meanwhile', async () => {
    const one = build();
    const load = async () => {
      await one.cache.del('a');
      return one.cache.wrap('a', async () => 'part');
    };

    await one.cache.wrap('a', load, atLevel('handler', undefined));

    expect(await one.cache.get('a')).to.equal(undefined);
  });

  it('fences what a flight of another lane stores after a delete', async () => {
    const one = build();
    const [direct, handler] = [deferred<string>(), deferred<string>()];
    const loads = [one.cache.wrap('a', () => direct.promise), one.cache.wrap('a', () => handler.promise, atLevel('handler', undefined))];
    await one.settle();
    await one.cache.del('a');
    direct.resolve('old');
    handler.resolve('old');

    expect(await Promise.all(loads)).to.deep.equal(['old', 'old']);
    expect(await one.cache.get('a')).to.equal(undefined);
  });

  it('keeps what landed first, of two lanes that did not know of each other', async () => {
    const one = build();
    const [direct, handler] = [deferred<string>(), deferred<string>()];
    const loads = [
      one.cache.wrap('a', () => direct.promise),
      one.cache.wrapEntry('a', () => handler.promise, atLevel('handler', undefined)),
    ] as const;
    await one.settle();
    direct.resolve('first');
    await loads[0];
    handler.resolve('second');

    expect((await loads[1]).outcome).to.equal('fenced');
    expect(await one.cache.get('a')).to.equal('first');
  });

  it('lets those go who do not wait so long, and hears the end of the cache', async () => {
    const one = build();
    const [outer, inner] = [deferred<string>(), deferred<string>()];
    const whole = one.cache.wrap('a', () => outer.promise, atLevel('handler', undefined));
    let closing: AbortSignal | undefined;
    const load = ({ signal }: { readonly signal: AbortSignal }) => {
      closing = signal;
      return inner.promise;
    };
    const part = one.cache.wrap('a', load, { hardTimeout: '1s' });
    const aborted = new AbortController();
    aborted.abort(new Error('gone'));

    const late = rejectionOf(part);
    await one.clock.advance(1_000);
    expect(await late).to.have.property('code', 'CACHE_LOAD_TIMEOUT');
    expect(await rejectionOf((async () => one.cache.wrap('a', load, { signal: aborted.signal }))())).to.have.property('message', 'gone');
    inner.resolve('part');
    outer.resolve('whole');
    await whole;
    await one.cache.close();
    expect(closing?.aborted).to.equal(true);
  });
});
