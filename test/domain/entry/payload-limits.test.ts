import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { aesGcmCipher } from '../../../src/adapters/crypto/aes-gcm-cipher';
import type { CacheError } from '../../../src/domain/cache-error';
import type { CacheUnderTest } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';

function reasons(one: CacheUnderTest): unknown[] {
  return one.metrics.flatMap((event) => (event.name === 'reject' ? [event.reason] : []));
}

function bytesInL2(one: CacheUnderTest, key: string): number {
  return Buffer.byteLength(one.store.peek(one.remoteKey(key))?.payload ?? '');
}

describe('Cache: maxPayloadBytes', () => {
  const build = caches();

  it('returns a larger value and keeps it in L1, but not in L2, and logs it', async () => {
    const one = build({ maxPayloadBytes: 1_000 });
    const errors = one.listen('error');
    const value = 'x'.repeat(1_000);
    await one.cache.set('a', 'older');

    expect(await one.cache.wrap('b', () => value)).to.equal(value);
    expect(await one.cache.set('a', value)).to.equal('done');

    expect([one.cache.peek('a'), one.cache.peek('b')]).to.deep.equal([value, value]);
    expect([one.inL2('a'), one.inL2('b')]).to.deep.equal([undefined, undefined]);
    expect(reasons(one)).to.deep.equal(['oversized', 'oversized']);
    expect(errors.map(({ error }) => (error as CacheError).reason)).to.deep.equal(['oversized', 'oversized']);
    expect(one.logger.messages('warn')).to.have.length(1);
  });

  it('counts bytes as they are sent, also of text that is no ASCII', async () => {
    for (const letter of ['x', 'é', '€', '😀']) {
      const one = build({ maxPayloadBytes: 1_000 });
      const room = 1_000 - bytesAround(letter);
      const fitting = letter.repeat(Math.floor(room / Buffer.byteLength(letter)));
      await one.cache.set('a', fitting);
      await one.cache.set('b', fitting + letter);

      expect(bytesInL2(one, 'a'), letter).to.be.within(1_000 - 4, 1_000);
      expect(bytesInL2(one, 'b'), letter).to.equal(0);
    }
  });

  it('counts the bytes of a sealed payload', async () => {
    const one = build({ maxPayloadBytes: 1_000, cipher: aesGcmCipher({ keys: [{ id: 'a', key: randomBytes(32) }] }) });
    await one.cache.set('a', 'x'.repeat(600));
    await one.cache.set('b', 'x'.repeat(800));

    expect([bytesInL2(one, 'a') > 600, bytesInL2(one, 'b')]).to.deep.equal([true, 0]);
  });

  it('counts a larger payload of L2 as a miss, without reading it, and deletes it', async () => {
    const one = build({ maxPayloadBytes: 1_000 });
    one.store.plant(one.remoteKey('a'), `t21,${String(one.clock.now())},60000,0,5000;j"${'x'.repeat(1_000)}"`);

    expect(await one.cache.get('a')).to.equal(undefined);
    await one.settle();

    expect(reasons(one)).to.deep.equal(['oversized']);
    expect(bytesInL2(one, 'a')).to.equal(0);
  });

  it('is 1 MiB by default', async () => {
    const one = build();
    await one.cache.set('a', 'x'.repeat(1_048_000));
    await one.cache.set('b', 'x'.repeat(1_048_576));

    expect([bytesInL2(one, 'a') > 1_048_000, bytesInL2(one, 'b')]).to.deep.equal([true, 0]);
  });

  function bytesAround(letter: string): number {
    const one = build();
    one.plant('a', letter);
    return bytesInL2(one, 'a') - Buffer.byteLength(letter);
  }
});
