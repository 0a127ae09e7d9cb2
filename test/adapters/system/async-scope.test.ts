import { expect } from 'chai';
import { AsyncLocalStorage } from 'node:async_hooks';
import { detached } from '../../../src/adapters/system/async-scope';
import { createCache } from '../../../src/create-cache';
import { FakeClock } from '../../../src/testing';

describe('detached', () => {
  const request = new AsyncLocalStorage<string>();

  it('runs in the context in which it was made', () => {
    const detach = request.run('maker', detached);

    const seen = request.run('caller', () => detach(() => request.getStore()));

    expect(seen).to.equal('maker');
  });

  it('keeps a background refresh out of the context of the request that started it', async () => {
    const clock = new FakeClock();
    const cache = createCache({ ttl: '1s', staleWhileRevalidate: '1m', clock });
    await cache.set('a', 'old');
    await clock.advance(1_000);
    let seen: unknown = 'not run';

    await request.run('a request', () => cache.wrap('a', () => (seen = request.getStore())));
    await clock.advance(0);

    expect(seen).to.equal(undefined);
    await cache.close();
  });
});
