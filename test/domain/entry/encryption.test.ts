import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { aesGcmCipher } from '../../../src/adapters/crypto/aes-gcm-cipher';
import type { CacheError } from '../../../src/domain/cache-error';
import type { Cipher } from '../../../src/ports/cipher';
import { silent } from '../../../src/ports/logger';
import { FakeMedium, FakeBus } from '../../../src/testing/fake-bus';
import type { CacheUnderTest } from '../../builders/cache-under-test';
import { caches } from '../../builders/caches';

const [oldKey, newKey] = [
  { id: 'old', key: randomBytes(32) },
  { id: 'new', key: randomBytes(32) },
];
const before = aesGcmCipher({ keys: [oldKey] });
const rotated = aesGcmCipher({ keys: [newKey, oldKey] });
const after = aesGcmCipher({ keys: [newKey] });

const secret = 'a-secret: 4111 1111 1111 1111';

const broken: Cipher = {
  seal: () => {
    throw new Error(`no key for ${secret}`);
  },
  open: () => {
    throw new Error('no key');
  },
};

function payload(one: CacheUnderTest, key = 'a'): string | undefined {
  return one.store.peek(one.remoteKey(key))?.payload;
}

function reasons(one: CacheUnderTest): unknown[] {
  return one.metrics.flatMap((event) => (event.name === 'reject' ? [event.reason] : []));
}

describe('Cache: encryption', () => {
  const build = caches();

  /** A payload of one cache, in the L2 of another. */
  async function moved(from: CacheUnderTest, to: CacheUnderTest, ttlMs?: number): Promise<void> {
    to.store.plant(to.remoteKey('a'), payload(from) ?? '', ttlMs);
    await to.cache.start();
  }

  it('opens nothing that was written under another prefix of the driver', async () => {
    const under = (keyPrefix: string) => build({ cipher: before, driver: { keyPrefix } });
    const [one, same, other] = [under('tenant-a:'), under('tenant-a:'), under('tenant-b:')];
    await one.cache.set('a', { secret });
    for (const cache of [same, other]) await moved(one, cache);

    expect([await same.cache.get('a'), await other.cache.get('a')]).to.deep.equal([{ secret }, undefined]);
    expect(reasons(other)).to.deep.equal(['tampered']);
  });

  it('writes nothing that can be read, and reads it again', async () => {
    const [one, other] = [build({ cipher: before }), build({ cipher: before })];
    await one.cache.set('a', { secret });
    await moved(one, other);

    expect(payload(one))
      .to.match(/^t2\$old:/)
      .and.not.match(/secret|4111 1111/);
    expect(await other.cache.get('a')).to.deep.equal({ secret });
    expect(await other.cache.has('a')).to.equal(true);
  });

  it('sends nothing when the cipher throws: the caller keeps its value, and an event says so', async () => {
    const one = build({ cipher: broken });
    const errors = one.listen('error');

    expect(await one.cache.wrap('a', () => secret)).to.equal(secret);
    expect(await one.cache.set('b', secret)).to.equal('done');

    expect([one.calls('set'), one.calls('setMany')]).to.deep.equal([0, 0]);
    expect([one.cache.peek('a'), one.cache.peek('b')]).to.deep.equal([secret, secret]);
    expect(errors.map(({ error }) => (error as CacheError).reason)).to.deep.equal(['unsealed', 'unsealed']);
    expect((errors[0]?.error as CacheError).cause, 'the error of a cipher may contain the plaintext').to.equal(undefined);
    expect(reasons(one)).to.deep.equal(['unsealed', 'unsealed']);
    expect(one.logger.messages('warn')).to.deep.equal([
      'a value could not be sealed, and was not sent to L2; it stays in L1 (logged once)',
    ]);
  });

  it('does not leave an older value in L2 when the newer one cannot be sealed', async () => {
    let works = true;
    const cipher: Cipher = { ...broken, seal: (text, key) => (works ? before.seal(text, key) : broken.seal(text, key)) };
    const one = build({ cipher });
    await one.cache.set('a', 'older');
    works = false;

    await one.cache.set('a', 'newer');

    expect(payload(one)).to.equal(undefined);
  });

  it('sends nothing that a cipher of promises returns', async () => {
    const cipher = { seal: () => Promise.resolve('sealed'), open: () => Promise.resolve('opened') } as unknown as Cipher;
    const one = build({ cipher });
    const errors = one.listen('error');

    await one.cache.set('a', secret);

    expect(one.calls('set')).to.equal(0);
    expect(reasons(one)).to.deep.equal(['unsealed']);
    expect(((errors[0]?.error as CacheError).cause as CacheError).message).to.equal(
      'cipher: expected seal and open to return a string, not a promise; got something else',
    );
    expect(one.logger.messages('warn')[0]).to.contain('it stays in L1: CACHE_OPTION_INVALID');
  });

  it('survives a cipher whose promises are rejected', async () => {
    const away = () => Promise.reject(new Error('the key service is away'));
    const one = build({ cipher: { seal: away, open: away } as unknown as Cipher });
    one.store.plant(one.remoteKey('a'), 't2$sealed');

    expect(await one.cache.get('a')).to.equal(undefined);
    expect(await one.cache.set('a', secret)).to.equal('done');
    await new Promise(setImmediate); // Node reports an unhandled rejection a turn later: the root hooks would fail this run.

    expect(reasons(one)).to.deep.equal(['sealed', 'unsealed']);
  });

  const foreign: Readonly<Record<string, readonly [make: (one: CacheUnderTest) => string, reason: string]>> = {
    'a changed byte': [(one) => flip(`t2$${before.seal('t2', one.remoteKey('a'))}`), 'tampered'],
    'another key’s payload': [(one) => `t2$${before.seal('t2', one.remoteKey('b'))}`, 'tampered'],
    'another namespace’s payload': [() => `t2$${before.seal('t2', 'tiercel:b:v1:a')}`, 'tampered'],
    'another wire version under our mark': [(one) => `t2$${before.seal('t91,2,3,4;j1', one.remoteKey('a'))}`, 'version'],
    'an unknown key': [(one) => `t2$${after.seal('t2', one.remoteKey('a'))}`, 'unknown_key'],
    'no seal at all': [() => 't2$hello', 'malformed'],
    'plain text, although there is a cipher': [() => 't21,1700000000000,60000,0,5000;j1', 'sealed'],
  };
  for (const [what, [make, reason]] of Object.entries(foreign)) {
    it(`counts ${what} as a miss with the reason ${reason}, and deletes it`, async () => {
      const one = build({ cipher: before });
      const errors = one.listen('error');
      one.store.plant(one.remoteKey('a'), make(one));

      expect(await one.cache.get('a')).to.equal(undefined);
      await one.settle();

      expect(payload(one)).to.equal(undefined);
      expect(reasons(one)).to.deep.equal([reason]);
      expect(errors.map(({ error }) => (error as CacheError).reason)).to.deep.equal([reason]);
    });
  }

  it('warns once when payloads have been tampered with', async () => {
    const one = build({ cipher: before });
    for (const key of ['a', 'b']) {
      one.store.plant(one.remoteKey(key), `t2$${before.seal('t2', 'elsewhere')}`);
      await one.cache.get(key);
    }

    expect(one.logger.messages('warn')).to.deep.equal([
      'a payload was not opened: it was changed, or moved from another key; another program writes to L2 (logged once)',
    ]);
  });

  it("refuses to be built without a cipher when encryption is 'required'", () => {
    expect(() => build({ encryption: 'required' }))
      .to.throw("cipher: expected one, because encryption is 'required', got none")
      .with.property('code', 'CACHE_OPTION_INVALID');
    expect(() => build({ encryption: 'required', cipher: before, logger: silent })).not.to.throw();
  });

  describe('when the key was rotated', () => {
    it('reads a payload that an older key has sealed, and seals it again, once', async () => {
      const [one, other] = [build({ cipher: before }), build({ cipher: rotated, hearsOthers: true })];
      await one.cache.set('a', { secret }, { ttl: '1m', tags: ['t'], version: 3 });
      await moved(one, other);

      expect(await other.cache.get('a')).to.deep.equal({ secret });
      await other.settle();
      await other.clock.advance(30_000);
      expect(await other.cache.get('a')).to.deep.equal({ secret });
      await other.settle();

      expect(payload(other)).to.match(/^t2\$new:/);
      expect(other.calls('set')).to.equal(1);
      expect(other.inL2('a')).to.deep.equal({ ...one.inL2('a') });
    });

    it('reads a value under a key that only opens, and never seals it again', async () => {
      const retiring = aesGcmCipher({ keys: [newKey, { ...oldKey, openOnly: true }] });
      const [one, other] = [build({ cipher: before }), build({ cipher: retiring, hearsOthers: true })];
      await one.cache.set('a', secret);
      await moved(one, other);
      const planted = payload(other);

      expect(await other.cache.get('a')).to.equal(secret);
      await other.settle();

      expect(payload(other)).to.equal(planted);
    });

    it('does not lengthen its ttl, in L2 or in its header', async () => {
      const [one, other] = [build({ cipher: before }), build({ cipher: rotated, hearsOthers: true })];
      await one.cache.set('a', secret, { ttl: '1m', staleIfError: '10s' });
      await other.clock.advance(20_000);
      await moved(one, other, 50_000);

      await other.cache.get('a');
      await other.settle();

      expect(other.store.peek(other.remoteKey('a'))?.ttlMs).to.equal(50_000);
      expect(other.inL2('a')?.staleUntil).to.equal(one.inL2('a')?.staleUntil);
    });

    it('writes nothing when the key is deleted in the same turn', async () => {
      const [one, other] = [build({ cipher: before }), build({ cipher: rotated, hearsOthers: true })];
      await one.cache.set('a', secret);
      await moved(one, other);
      other.replies.hold('get');
      const read = other.cache.get('a');
      await other.settle();
      const deleted = other.cache.del('a');
      other.replies.release();

      await Promise.all([read, deleted]);
      await other.settle();

      expect([other.calls('set'), payload(other)]).to.deep.equal([0, undefined]);
    });

    it('writes nothing if another process announces a change while it is being read', async () => {
      const medium = new FakeMedium();
      const [one, other] = [build({ cipher: before }), build({ cipher: rotated, bus: new FakeBus(medium) })];
      await one.cache.set('a', secret);
      await moved(one, other);
      other.replies.hold('get');
      const read = other.cache.get('a');
      await other.settle();

      medium.carry({ version: 1, node: 'another', sequence: 1, namespace: 'tiercel', keys: ['a'] });
      other.replies.release();
      await read;
      await other.settle();

      expect([other.calls('set'), payload(other)?.slice(0, 7)]).to.deep.equal([0, 't2$old:']);
    });

    it('deletes it, in an L2 without leases, if another process announces a change while it is being written', async () => {
      const medium = new FakeMedium();
      const bus = new FakeBus(medium);
      const [one, other] = [build({ cipher: before }), build({ cipher: rotated, bus })];
      await one.cache.set('a', secret);
      await moved(one, other);
      other.store.hasLeases = false;
      other.replies.hold('set');
      await other.cache.get('a');
      await other.settle();
      expect(payload(other)).to.match(/^t2\$new:/);

      medium.carry({ version: 1, node: 'another', sequence: 1, namespace: 'tiercel', keys: ['a'] });
      other.replies.release();
      await other.settle();

      expect(payload(other)).to.equal(undefined);
    });

    it('leaves it as it is without a bus: a read must not undo a write of another process', async () => {
      const [one, other] = [build({ cipher: before }), build({ cipher: rotated })];
      await one.cache.set('a', secret);
      await moved(one, other);

      expect(await other.cache.get('a')).to.equal(secret);
      await other.settle();

      expect([other.calls('set'), payload(other)?.slice(0, 7)]).to.deep.equal([0, 't2$old:']);
    });

    it('answers although it may not write', async () => {
      const [one, other] = [build({ cipher: before }), build({ cipher: rotated, hearsOthers: true })];
      await one.cache.set('a', secret);
      await moved(one, other);
      other.store.refuseWrites();

      expect(await other.cache.get('a')).to.equal(secret);
    });

    it('deletes a value later, in an L2 without leases, if its write has an unknown fate', async () => {
      const [one, other] = [build({ cipher: before }), build({ cipher: rotated, hearsOthers: true })];
      const pending = other.listen('pending');
      await one.cache.set('a', secret);
      await moved(one, other);
      other.store.hasLeases = false;
      other.store.refuseWrites();
      await other.cache.get('a');
      await other.settle();
      expect([pending, other.cache.stats().pending]).to.deep.equal([[{ key: 'a' }], 1]);

      other.store.heal();
      await other.clock.advance(60_000);

      expect([other.cache.stats().pending, payload(other)]).to.deep.equal([0, undefined]);
    });

    it('seals a value again that a background refresh is about to replace, and the refresh wins', async () => {
      const [one, other] = [build({ cipher: before }), build({ cipher: rotated, hearsOthers: true })];
      await one.cache.set('a', 'older', { ttl: '1m', staleWhileRevalidate: '1h' });
      await other.clock.advance(90_000);
      await moved(one, other);

      expect(await other.cache.wrap('a', () => 'newer', { staleWhileRevalidate: '1h' })).to.equal('older');
      await other.settle();

      expect(other.inL2('a')?.value).to.equal('newer');
    });

    it('is a miss once the old key has gone', async () => {
      const [one, other] = [build({ cipher: before }), build({ cipher: after })];
      await one.cache.set('a', secret);
      await moved(one, other);

      expect(await other.cache.get('a')).to.equal(undefined);
      expect(reasons(other)).to.deep.equal(['unknown_key']);
    });
  });
});

function flip(text: string): string {
  const at = text.length - 10;
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}
