import { expect } from 'chai';
import { createCache, type Cache, type CreateCacheOptions } from '../src';
import { FakeClock, FakeDriver } from '../src/testing';
import { deferred } from './builders/deferred';
import { HeldReplies } from './builders/held-replies';
import { deriveDriver } from '../src/ports/driver';

interface User {
  name: string;
  roles: string[];
}

const ann = (): User => ({ name: 'Ann', roles: ['reader'] });

/** Changes a value on every level, as a careless caller does. */
function spoil(user: User): void {
  user.name = 'spoiled';
  user.roles.push('admin');
}

describe('With useClone no caller changes the value of another', () => {
  let clock: FakeClock;
  let driver: FakeDriver;
  let replies: HeldReplies;
  const caches: Cache[] = [];

  beforeEach(() => {
    clock = new FakeClock();
    driver = new FakeDriver({ clock });
    replies = new HeldReplies(driver.store);
  });

  afterEach(async () => {
    replies.release();
    await Promise.all(caches.splice(0).map((cache) => cache.close()));
  });

  const build = async (options: CreateCacheOptions = {}): Promise<Cache> => {
    const secondary = deriveDriver(driver, { store: replies });
    const cache = createCache({ clock, logger: false, namespace: 'test', secondary, primary: { useClone: true }, ...options });
    caches.push(cache);
    await cache.start();
    return cache;
  };

  /** A `wrap` does not wait for its write. */
  const written = async (): Promise<void> => {
    await clock.advance(0);
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(0);
  };

  /** Each caller changes its value at once. */
  const expectOwnValues = async (calls: readonly Promise<User | undefined>[]): Promise<void> => {
    const seen = await Promise.all(
      calls.map(async (call) => {
        const user = await call;
        const text = JSON.stringify(user);
        if (user !== undefined) spoil(user);
        return text;
      }),
    );
    expect(seen).to.deep.equal(calls.map(() => JSON.stringify(ann())));
  };

  const shared: Readonly<Record<string, (cache: Cache, load: () => Promise<User>) => Promise<User>>> = {
    wrap: (cache, load) => cache.wrap('user', load),
    wrapEntry: async (cache, load) => (await cache.wrapEntry('user', load)).value,
    memoize: (cache, load) => cache.memoize(load, { key: () => 'user' })(),
    'wrap of a namespace': (cache, load) => cache.namespace('users').wrap('user', load),
    'wrap with a timeout': (cache, load) => cache.wrap('user', load, { hardTimeout: '1m' }),
  };
  for (const [method, call] of Object.entries(shared)) {
    it(`when they share a load: ${method}`, async () => {
      const cache = await build();
      const load = async () => ann();

      await expectOwnValues([1, 2, 3].map(() => call(cache, load)));
      await expectOwnValues([call(cache, load)]);
    });

    it(`when they find the value in L2: ${method}`, async () => {
      await call(await build(), async () => ann());
      await written();
      const other = await build();

      await expectOwnValues([1, 2, 3].map(() => call(other, () => Promise.reject(new Error('nothing to load')))));
    });
  }

  it('when the loader goes on to change its object, before and after L2 has taken it', async () => {
    const cache = await build();
    const own = ann();
    replies.hold('set');
    const call = cache.wrap('user', async () => own);
    await clock.advance(0);
    spoil(own);
    replies.release();
    await expectOwnValues([call]);
    spoil(own);
    await written();

    await expectOwnValues([cache.get<User>('user'), (await build()).get<User>('user')]);
  });

  for (const option of ['staleWhileRevalidate', 'staleIfError'] as const) {
    it(`when they get a stale value: ${option}`, async () => {
      const cache = await build({ [option]: '1h', ttl: '1m' });
      await cache.set('user', ann());
      await clock.advance(61_000);
      const failed = deferred<never>();
      failed.promise.catch(() => undefined);
      const load = ({ stale }: { readonly stale: { readonly value: unknown } | undefined }): Promise<User> => {
        spoil(stale?.value as User);
        return failed.promise;
      };
      const calls = [1, 2, 3].map(() => cache.wrap<User>('user', load));
      await clock.advance(0);
      failed.reject(new Error('no database'));

      await expectOwnValues(calls);
      await expectOwnValues([cache.wrap<User>('user', load)]);
    });
  }

  it('when a timeout gives them a stale value', async () => {
    const cache = await build({ staleIfError: '1h', ttl: '1m', softTimeout: 100 });
    await cache.set('user', ann());
    await clock.advance(61_000);
    const loaded = deferred<User>();
    const calls = [1, 2].map(() => cache.wrap('user', () => loaded.promise));
    await clock.advance(100);
    await expectOwnValues(calls);
    loaded.resolve(ann());
  });

  it('when a value is set and L2 does not have it yet', async () => {
    const cache = await build({ nonBlocking: true, ttl: { primary: 0 } });
    const own = ann();
    replies.hold('set', 'setMany');
    await cache.set('user', own);
    spoil(own);

    await expectOwnValues([cache.get<User>('user'), cache.get<User>('user')]);
    const wrapped = [1, 2].map(() => cache.wrap<User>('user', () => Promise.reject(new Error('nothing to load'))));
    await expectOwnValues(wrapped);
    replies.release();
    await clock.advance(0);
    await expectOwnValues([(await build()).get<User>('user')]);
  });

  it('and without it they share one', async () => {
    const cache = await build({ primary: {} });

    const [first, second] = await Promise.all([1, 2].map(() => cache.wrap('user', async () => ann())));

    expect(first).to.equal(second);
  });
});
