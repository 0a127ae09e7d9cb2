import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import type { Cache, CacheManagerOptions } from '../../../src/nest/compat';
import { deferred } from '../../builders/deferred';
import { CacheModule, Cache as CacheToken } from '../../../src/nest/compat';

/** A storage adapter that answers no write before `release`. */
class SlowStore {
  readonly #released = deferred();
  readonly #map = new Map<string, unknown>();

  release(): void {
    this.#released.resolve();
  }

  get(key: string): Promise<unknown> {
    return Promise.resolve(this.#map.get(key));
  }

  async set(key: string, value: unknown): Promise<void> {
    await this.#released.promise;
    this.#map.set(key, value);
  }

  async delete(key: string): Promise<boolean> {
    await this.#released.promise;
    return this.#map.delete(key);
  }

  async clear(): Promise<void> {
    await this.#released.promise;
    this.#map.clear();
  }

  async *iterator(): AsyncGenerator<[string, unknown]> {
    yield* this.#map;
  }
}

/** With one store elsewhere every read asks L2, and a write that does not block has not reached it yet. */
describe('a cache with one store elsewhere that does not block', () => {
  let store: SlowStore;
  let cache: Cache;
  let close: () => Promise<void>;

  beforeEach(async () => {
    store = new SlowStore();
    const options: CacheManagerOptions = { stores: store, nonBlocking: true };
    const module = await Test.createTestingModule({ imports: [CacheModule.register(options)] }).compile();
    await module.init();
    cache = module.get(CacheToken);
    close = () => module.close();
  });

  afterEach(async () => {
    store.release();
    await close();
  });

  /** Until L1 no longer counts the value as written just now. */
  const nextMillisecond = async () => {
    const now = performance.now();
    while (performance.now() < now + 20) await new Promise(setImmediate);
  };

  for (const [reads, read] of [
    ['get', async () => [await cache.get('a'), await cache.get('b')]],
    ['mget', () => cache.mget(['a', 'b'])],
    ['wrap', async () => [await cache.wrap('a', () => 'loaded'), await cache.wrap('b', () => 'loaded')]],
  ] as [string, () => Promise<unknown[]>][]) {
    it(`answers \`${reads}\` with values whose \`set\` is on its way`, async () => {
      await cache.set('a', 1, 5_000);
      await cache.set('b', null, 5_000);
      await nextMillisecond();

      expect(await read()).to.deep.equal([1, null]);
    });

    it(`answers \`${reads}\` with values whose \`mset\` is on its way`, async () => {
      await cache.mset([
        { key: 'a', value: 1, ttl: 5_000 },
        { key: 'b', value: null },
      ]);
      await nextMillisecond();

      expect(await read()).to.deep.equal([1, null]);
    });
  }

  it('answers with the newest of several values that are on their way', async () => {
    for (const value of [1, 2, 3]) await cache.set('a', value);
    await nextMillisecond();

    expect(await cache.get('a')).to.equal(3);
    store.release();
    while ((await store.get('tiercel:v1:a')) === undefined) await new Promise(setImmediate);

    expect(await cache.get('a')).to.equal(3);
  });

  for (const [what, remove] of [
    ['del', () => cache.del('a')],
    ['mdel', () => cache.mdel(['a'])],
    ['clear', () => cache.clear()],
  ] as [string, () => Promise<unknown>][]) {
    it(`answers nothing after \`${what}\`, although the \`set\` before it is still on its way`, async () => {
      await cache.set('a', 1);
      await remove();
      await nextMillisecond();

      expect(await cache.get('a')).to.equal(undefined);
    });
  }

  it('answers `ttl` and the events as for a value in memory', async () => {
    const found: unknown[] = [];
    await cache.set('a', 1, 60_000);
    await nextMillisecond();
    cache.on('get', (payload) => found.push(payload));

    expect(await cache.ttl('a')).to.be.greaterThan(Date.now());
    await cache.get('a');
    expect(found).to.deep.equal([{ key: 'a', value: 1, store: 'primary' }]);
  });
});
