import { expect } from 'chai';
import { CacheError } from '../../../src/domain/cache-error';
import { forResponse } from '../../../src/domain/entry/cache-keys';
import { responseMark } from '../../../src/domain/options/safe-parts';
import type { StandardSchema } from '../../../src/domain/options/standard-schema';
import type { LoadContext } from '../../../src/domain/reading/loader';
import { testKey } from '../../../src/testing/suite-tools';
import { caches } from '../../builders/caches';

const numbers: StandardSchema = {
  '~standard': {
    version: 1,
    vendor: 'by hand',
    validate: (value) => (typeof value === 'number' ? { value } : { issues: [{ message: 'no number' }] }),
  },
};

describe('Cache: what L2 answers', () => {
  const build = caches();
  const stateKey = testKey('tiercel:v1~{tiercel}state');

  it('counts as absent for has() once the key was expired', async () => {
    const one = build();
    one.plant('a', 1, { ttl: '1h', staleIfError: '1h' });
    expect(await one.cache.has('a')).to.equal(true);

    await one.cache.expire('a');

    expect(await one.cache.has('a')).to.equal(false);
  });

  it('is counted with its size, also for has()', async () => {
    const one = build();
    one.plant('a', 1);
    const { length } = one.store.peek(one.remoteKey('a'))!.payload;

    await one.cache.has('a');
    await one.cache.get('a');

    expect(one.cache.stats().payloadBytes).to.deep.equal({ read: 2 * length, written: 0 });
  });

  it('is a miss while the state of the namespace is lost and cannot be written', async () => {
    const one = build();
    one.plant('a', 1);
    await one.store.delete([stateKey]);
    one.store.refuseWrites();

    expect([await one.cache.get('a'), await one.cache.has('a')]).to.deep.equal([undefined, false]);
  });

  it('brings back a state that was lost', async () => {
    const one = build();
    one.plant('a', 1);
    await one.store.delete([stateKey]);

    expect(await one.cache.get('a')).to.equal(undefined);
    expect(one.store.peek(stateKey)?.payload).to.match(/^\d+,\d+$/);
  });

  for (const isDeleted of [false, true]) {
    it(`is ${isDeleted ? 'not ' : ''}kept in L1 if the key is ${isDeleted ? '' : 'not '}deleted while the times of its tags are read`, async () => {
      const one = build({ hearsOthers: true });
      one.plant('a', 'old', { ttl: '1h', tags: ['t'] });
      one.store.plant(stateKey, '2,0');
      one.store.plant(testKey('tiercel:v1~{tiercel}tag:t'), '1,0');
      one.store.delayMs = 10;
      const reading = one.cache.get('a');
      await one.clock.advance(10);

      one.store.delayMs = 1;
      const deleting = isDeleted ? one.cache.del('a') : 'done';
      await one.clock.advance(2);
      expect(await deleting).to.equal('done');
      await one.clock.advance(20);
      await reading;

      expect(one.cache.peek('a')).to.equal(isDeleted ? undefined : 'old');
    });
  }

  it('is the value of a write in flight, unless one of its tags was invalidated since', async () => {
    const one = build({ nonBlocking: true });
    one.store.hang();
    await one.cache.set('a', 1, { tags: ['t'] });
    await one.cache.set('b', 2);
    await one.cache.delByTag('t');

    expect([await one.cache.get('a'), await one.cache.has('a'), await one.cache.get('b')]).to.deep.equal([undefined, false, 2]);
  });

  it('is deleted where no call could use it, whatever the call requires', async () => {
    const one = build();
    for (const options of [{ version: 3 }, { schema: numbers }]) {
      one.plant('a', 1);
      one.store.plant(one.remoteKey('a'), 'damaged');

      await one.cache.wrap('a', (load) => load.skip({ stale: 'keep' }), options);
      await one.settle();

      expect(one.store.peek(one.remoteKey('a'))).to.equal(undefined);
    }
  });

  it('is deleted where it is the response of a handler in another form; any other value stays for calls with another schema', async () => {
    const one = build();
    for (const key of ['a', `${responseMark}a`]) one.plant(key, 'text');
    const skip = (load: LoadContext): void => load.skip({ stale: 'keep' });

    await one.cache.wrapEntry('a', skip, { schema: numbers });
    await one.cache.wrapEntry('a', skip, forResponse({ schema: numbers }));
    await one.settle();

    expect([one.inL2('a')?.value, one.inL2(`${responseMark}a`)]).to.deep.equal(['text', undefined]);
  });

  it('is deleted where its value makes each read fail that it is part of', async () => {
    const one = build();
    one.plant('giant', 1);
    one.plant('a', 2);
    const getMany = one.store.getMany.bind(one.store);
    one.store.getMany = (keys) =>
      keys.includes(one.remoteKey('giant')) ? Promise.reject(new CacheError('CACHE_TIER_UNAVAILABLE', 'dropped')) : getMany(keys);

    const read = [await one.cache.get('giant'), await one.cache.get('a'), await one.cache.get('giant')];
    await one.settle();

    expect(read).to.deep.equal([undefined, 2, undefined]);
    expect(one.store.peek(one.remoteKey('giant'))).to.equal(undefined);
  });
});
