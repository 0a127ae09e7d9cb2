import { Cacheable } from 'cacheable';
import { createCache as createCacheManager } from 'cache-manager';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCache } from '../../src';

type Load = () => Promise<unknown>;

interface Contender {
  readonly wrap: (key: string, load: Load) => Promise<unknown>;
  readonly get: (key: string) => Promise<unknown>;
  readonly del: (key: string) => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

/** In the order of the columns of docs/comparison.md. */
const contenders: Readonly<Record<string, () => Promise<Contender>>> = {
  Tiercel: async () => {
    const cache = createCache();
    return {
      wrap: (key, load) => cache.wrap(key, load),
      get: (key) => cache.get(key),
      del: (key) => cache.del(key),
      close: () => cache.close(),
    };
  },
  'cache-manager': async () => {
    const cache = createCacheManager();
    return {
      wrap: (key, load) => cache.wrap(key, load, 60_000),
      get: (key) => cache.get(key),
      del: (key) => cache.del(key),
      close: () => cache.disconnect(),
    };
  },
  cacheable: async () => {
    const cache = new Cacheable();
    return {
      wrap: (key, load) => cache.getOrSet(key, load, { ttl: 60_000 }),
      get: (key) => cache.get(key),
      del: (key) => cache.delete(key),
      close: () => cache.disconnect(),
    };
  },
  bentocache: async () => {
    const { BentoCache, bentostore } = await import('bentocache');
    const { memoryDriver } = await import('bentocache/drivers/memory');
    const stores = { memory: bentostore().useL1Layer(memoryDriver({ maxItems: 100 })) };
    const cache = new BentoCache({ default: 'memory', stores });
    return {
      wrap: (key, load) => cache.getOrSet({ key, factory: load, ttl: '1m' }),
      get: (key) => cache.get({ key }),
      del: (key) => cache.delete({ key }),
      close: () => cache.disconnect(),
    };
  },
};

/** Each returns whether the package has the property of the row. */
const rows: Readonly<Record<string, (cache: Contender) => Promise<boolean>>> = {
  'Callers of one miss share a load': async ({ wrap }) => {
    let loads = 0;
    const load = async (): Promise<number> => {
      loads += 1;
      await sleep(20);
      return 1;
    };
    await Promise.all(Array.from({ length: 10 }, () => wrap('shared', load)));
    return loads === 1;
  },
  'A load that began before a delete is not stored after it': async ({ del, get, wrap }) => {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    let begin = (): void => undefined;
    const began = new Promise<void>((resolve) => (begin = resolve));
    const load = wrap('raced', async () => {
      begin();
      await ended;
      return 'old';
    });
    await began;
    const deleted = del('raced');
    await sleep(10);
    end();
    await Promise.all([load, deleted]);
    return (await get('raced')) !== 'old';
  },
  '`null` is cached': async ({ wrap }) => {
    let loads = 0;
    const load = async (): Promise<null> => {
      loads += 1;
      return null;
    };
    await wrap('null', load);
    await wrap('null', load);
    return loads === 1;
  },
};

describe('docs/comparison.md', () => {
  const page = readFileSync('docs/comparison.md', 'utf8');

  for (const [row, isTrue] of Object.entries(rows)) {
    it(`${row}: as the bold cells say`, async () => {
      const shown = page.split('\n').find((line) => line.startsWith(`| ${row} |`));
      const cells = [...(shown ?? '').matchAll(/\*\*(yes|no)\*\*/g)].map(([, cell]) => cell);
      const measured: string[] = [];
      for (const create of Object.values(contenders)) {
        const cache = await create();
        measured.push((await isTrue(cache)) ? 'yes' : 'no');
        await cache.close();
      }

      expect(cells).to.deep.equal(measured);
    });
  }

  it('names the versions that were executed', () => {
    for (const name of ['cache-manager', 'cacheable', 'bentocache']) {
      const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { version: string };
      expect(page).to.contain(`${name} ${version.split('.').slice(0, 2).join('.')}`);
    }
  });
});
