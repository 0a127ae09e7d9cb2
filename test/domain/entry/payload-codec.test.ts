import { expect } from 'chai';
import fc from 'fast-check';

import type { Entry } from '../../../src/domain/entry/entry';
import { CacheError } from '../../../src/domain/cache-error';
import { PayloadCodec } from '../../../src/domain/entry/payload-codec';
import type { StandardSchema } from '../../../src/domain/options/standard-schema';
import type { Cipher } from '../../../src/ports/cipher';
import type { Serializer } from '../../../src/ports/serializer';
import { testKey } from '../../../src/testing/suite-tools';

const key = testKey('shop:v1:a');

const json: Serializer = { serialize: (value) => JSON.stringify(value), deserialize: (text) => JSON.parse(text) as unknown };

/** Not secret, but as picky as a real one. */
const cipher: Cipher = {
  seal: (plaintext, boundTo) => Buffer.from(`${boundTo}|${plaintext}`).toString('base64'),
  open: (sealed, boundTo) => {
    const text = Buffer.from(sealed, 'base64').toString();
    if (!text.startsWith(`${boundTo}|`)) throw new CacheError('CACHE_PAYLOAD_REJECTED', 'not sealed for this key');
    return text.slice(boundTo.length + 1);
  },
};

const entry: Entry = {
  value: { id: 1 },
  createdAt: 1_700_000_000_000,
  expiresAt: 1_700_000_060_000,
  staleUntil: 1_700_000_090_000,
  staleIfErrorMs: 30_000,
  l1TtlMs: 5_000,
  asOf: 1_700_000_000_000_000,
  tags: [],
};

const plain = new PayloadCodec(json, undefined);
const sealing = new PayloadCodec(json, cipher);

function payloadOf(codec: PayloadCodec, one: Entry): string {
  const encoded = codec.encode(one, key);
  if (!('payload' in encoded)) throw new Error(`rejected: ${encoded.rejected}`);
  return encoded.payload;
}

const entries: Readonly<Record<string, Entry>> = {
  'with an end': entry,
  'without an end': { ...entry, expiresAt: Infinity, staleUntil: Infinity, staleIfErrorMs: 0 },
  'without an L1 ttl': { ...entry, l1TtlMs: Infinity },
  'without grace': { ...entry, staleUntil: entry.expiresAt, staleIfErrorMs: 0 },
  'with tags': { ...entry, tags: ['user:1', 'a,b;c', 'ä', '\ud800', ''] },
  'with a version': { ...entry, version: 3 },
  'that may not be served after an error': { ...entry, staleIfErrorMs: 0 },
  'with tags, a version and a shorter time after an error': { ...entry, tags: ['a'], version: 2, staleIfErrorMs: 5_000 },
  'with tags and a version': { ...entry, tags: ['a'], version: 0 },
  'that holds null': { ...entry, value: null },
  'that holds false': { ...entry, value: false },
  'that holds 0': { ...entry, value: 0 },
  "that holds ''": { ...entry, value: '' },
  'that holds separators': { ...entry, value: ';,t2$;' },
  'that began at the epoch': { ...entry, createdAt: 0, expiresAt: 1, staleUntil: 1, staleIfErrorMs: 0 },
};

describe('PayloadCodec', () => {
  for (const [codecName, codec] of Object.entries({ plain, sealing })) {
    for (const [entryName, one] of Object.entries(entries)) {
      it(`brings back an entry ${entryName} as it was, ${codecName}`, () => {
        const payload = payloadOf(codec, one);

        expect(codec.decode(payload, key)).to.deep.equal(one);
        expect({ ...codec.decodeHeader(payload, key), value: one.value }).to.deep.equal(one);
      });
    }
  }

  it('writes the form that its documentation promises', () => {
    expect(payloadOf(plain, entry)).to.equal('t21700000000000000,1700000000000,60000,30000,5000;{"id":1}');
    expect(payloadOf(plain, { ...entry, expiresAt: Infinity, staleUntil: Infinity, l1TtlMs: Infinity, tags: ['a'] })).to.equal(
      't21700000000000000,1700000000000,,0,,%5B%22a%22%5D;{"id":1}',
    );
  });

  it('rounds a life up to whole milliseconds', () => {
    const decoded = plain.decode(payloadOf(plain, { ...entry, l1TtlMs: 0.1 }), key);

    expect(decoded).to.have.property('l1TtlMs', 1);
  });

  it('reads the header of a payload whose value is damaged', () => {
    expect(plain.decodeHeader('t21700000000000000,1700000000000,60000,30000,5000;{"id":', key)).to.have.property(
      'expiresAt',
      entry.expiresAt,
    );
  });

  const damaged: Readonly<Record<string, readonly string[]>> = {
    version: ['t9whatever', 't01,1,0,1;1', 't9'],
    sealed: ['t2$c2VhbGVk', 't2$'],
    malformed: [
      '',
      't',
      't2',
      't2;',
      'hello',
      '{"value":1,"expires":123}',
      't2,60000,0,5000;1',
      't21,1700000000000,60000,0;1',
      't21,1700000000000,60000,0,5000',
      't21,1700000000000,60000,0,5000;',
      't21,1700000000000,60000,0,5000;{"id":',
      't21,1700000000000,0,0,5000;1',
      't21,1700000000000,60000,,5000;1',
      't21,1700000000000,-60000,0,5000;1',
      't21,1700000000000,6e4,0,5000;1',
      't21,1700000000000,60000,0,5000,tags;1',
      't21,1700000000000,60000,0,5000,%5B1%5D;1',
      't21,1700000000000,60000,0,5000,%7B%7D;1',
      't21,1700000000000,60000,0,5000,%5B%22a%22%2C1%5D;1',
      't21,1700000000000,60000,9,5000,,3,4,5;1',
      't21,,60000,0,5000;1',
      't21,17000000000:0,60000,0,5000;1',
      't21,1700000000/00,60000,0,5000;1',
      't21,1700000000000,60000,0,5000,%;1',
      't21,1700000000000,60000,0,5000,%5B%5D,more;1',
      't21,1700000000000,60000,0,5000,%5B%5D,;1',
      't21,1700000000000,60000,0,5000,;1',
      't21,1700000000000,60000,0,5000,,3,4;1',
      't21,9999999999999999,60000,0,5000;1',
      ' t21,1700000000000,60000,0,5000;1',
    ],
  };
  for (const [reason, payloads] of Object.entries(damaged)) {
    for (const payload of payloads) {
      it(`rejects ${JSON.stringify(payload)} as ${reason}`, () => {
        expect(plain.decode(payload, key)).to.deep.equal({ rejected: reason });
      });
    }
  }

  it('accepts a value of the required version alone, and one that fits the required schema', () => {
    const payload = payloadOf(plain, { ...entry, version: 3 });
    const schemaOf = (accepts: boolean): StandardSchema => ({
      '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => (accepts ? { value } : { issues: [{ message: 'no' }] }) },
    });

    for (const read of [plain.decode.bind(plain), plain.decodeHeader.bind(plain)]) {
      expect(read(payload, key, { version: 3, schema: undefined })).to.have.property('createdAt', entry.createdAt);
      expect(read(payload, key, { version: 4, schema: undefined })).to.deep.equal({ rejected: 'version' });
      expect(read(payloadOf(plain, entry), key, { version: 3, schema: undefined })).to.deep.equal({ rejected: 'version' });
    }
    expect(plain.decode(payload, key, { version: undefined, schema: schemaOf(true) })).to.have.property('value');
    expect(plain.decode(payload, key, { version: undefined, schema: schemaOf(false) })).to.deep.equal({ rejected: 'schema' });
  });

  it('writes and reads a payload of exactly the largest size, and no larger one, sealed or not', () => {
    for (const [one, withCipher] of [
      [plain, undefined],
      [sealing, cipher],
    ] as const) {
      const payload = payloadOf(one, entry);
      const [roomy, tight] = [0, 1].map((less) => new PayloadCodec(json, withCipher, payload.length - less));

      expect(roomy?.encode(entry, key)).to.deep.equal({ payload });
      expect(roomy?.decode(payload, key)).to.have.property('createdAt', entry.createdAt);
      expect(tight?.encode(entry, key)).to.deep.equal({ rejected: 'oversized' });
      expect(tight?.decode(payload, key)).to.deep.equal({ rejected: 'oversized' });
    }
  });

  it('does not open a payload that was sealed for another key', () => {
    expect(sealing.decode(payloadOf(sealing, entry), testKey('shop:v1:b'))).to.deep.equal({ rejected: 'sealed' });
  });

  it('does not accept plain text once a cipher is set, nor sealed text without one', () => {
    expect(sealing.decode(payloadOf(plain, entry), key)).to.deep.equal({ rejected: 'sealed' });
    expect(plain.decode(payloadOf(sealing, entry), key)).to.deep.equal({ rejected: 'sealed' });
    expect(sealing.decodeHeader(payloadOf(plain, entry), key)).to.deep.equal({ rejected: 'sealed' });
  });

  it('does not open a payload that was sealed as another wire version', () => {
    const sealed = (plain: string): string => `t2$${cipher.seal(plain, key)}`;

    expect(sealing.decode(sealed('t91,1700000000000,60000,0,5000;1'), key)).to.deep.equal({ rejected: 'version' });
    expect(sealing.decode(sealed('hello'), key)).to.deep.equal({ rejected: 'malformed' });
  });

  it('seals for the key with the prefix that the driver adds, and opens nothing that was sealed under another prefix', () => {
    const [own, other] = ['tenant-a:', 'tenant-b:'].map((prefix) => new PayloadCodec(json, cipher, Infinity, prefix)) as [
      PayloadCodec,
      PayloadCodec,
    ];
    const payload = payloadOf(own, entry);

    expect(() => cipher.open(payload.slice('t2$'.length), `tenant-a:${key}`)).not.to.throw();
    expect(own.decode(payload, key)).to.deep.equal(entry);
    expect(other.decode(payload, key)).to.deep.include({ rejected: 'sealed' });
    expect(sealing.decode(payload, key)).to.deep.include({ rejected: 'sealed' });
    expect(own.decode(own.reseal(payload, key) ?? '', key)).to.deep.equal(entry);
  });

  it('passes on the reason of the cipher', () => {
    const codecFor = (reason: 'tampered' | 'unknown_key' | undefined): PayloadCodec =>
      new PayloadCodec(json, {
        ...cipher,
        open: () => {
          throw new CacheError('CACHE_PAYLOAD_REJECTED', 'no', reason === undefined ? {} : { reason });
        },
      });

    for (const reason of ['tampered', 'unknown_key'] as const)
      expect(codecFor(reason).decode('t2$x', key)).to.deep.equal({ rejected: reason });
    expect(codecFor(undefined).decode('t2$x', key)).to.deep.equal({ rejected: 'sealed' });
  });

  it('reseals a sealed payload, and changes nothing else', () => {
    let round = 0;
    const counting = new PayloadCodec(json, {
      seal: (plain, boundTo) => `${String(round)}|${cipher.seal(plain, boundTo)}`,
      open: (sealed, boundTo) => cipher.open(sealed.slice(2), boundTo),
      isCurrent: (sealed) => sealed.startsWith(`${String(round)}|`),
    });
    const one = { ...entry, tags: ['a'], version: 3 };
    const older = payloadOf(counting, one);
    expect(counting.isCurrent(older)).to.equal(true);
    round = 1;

    const newer = counting.reseal(older, key);

    expect([counting.isCurrent(older), counting.isCurrent(newer ?? '')]).to.deep.equal([false, true]);
    expect(counting.decode(newer ?? '', key)).to.deep.equal(one);
  });

  it('calls everything current where there is no cipher, or one that knows no difference', () => {
    for (const codec of [plain, sealing]) expect(codec.isCurrent(payloadOf(codec, entry))).to.equal(true);
    expect(plain.reseal(payloadOf(plain, entry), key)).to.equal(undefined);
  });

  it('writes nothing when sealing fails', () => {
    const broken = new PayloadCodec(json, {
      ...cipher,
      seal: () => {
        throw new Error('no key');
      },
    });

    expect(broken.encode(entry, key)).to.deep.equal({ rejected: 'unsealed' });
  });

  it('says so when the serializer refuses a value, or throws', () => {
    const refusing = new PayloadCodec({ ...json, serialize: () => undefined }, undefined);

    expect(refusing.encode(entry, key)).to.deep.equal({ rejected: 'unencodable' });
    expect(plain.encode({ ...entry, value: 1n }, key)).to.deep.equal({ rejected: 'unencodable' });
  });

  it('never throws, whatever L2 holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', 't2', 't2$', 't21,170,60,0,50;'), (text, start) => {
        for (const codec of [plain, sealing]) {
          expect(codec.decode(start + text, key)).to.be.an('object');
          expect(codec.decodeHeader(start + text, key)).to.be.an('object');
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('never throws for a changed payload, and gives valid entries only', () => {
    const change = fc.record({ at: fc.nat(), remove: fc.integer({ min: 0, max: 3 }), insert: fc.string({ unit: 'binary', maxLength: 3 }) });
    fc.assert(
      fc.property(fc.constantFrom(plain, sealing), fc.array(change, { minLength: 1, maxLength: 4 }), (codec, changes) => {
        let payload = payloadOf(codec, entry);
        for (const { at, remove, insert } of changes) {
          const start = at % payload.length;
          payload = payload.slice(0, start) + insert + payload.slice(start + remove) || '?';
        }
        const decoded = codec.decode(payload, key);
        if ('rejected' in decoded) return;
        expect(decoded.createdAt).to.be.at.least(0).and.below(Infinity);
        expect(decoded.expiresAt).to.be.above(decoded.createdAt);
        expect(decoded.staleUntil).to.be.at.least(decoded.expiresAt);
        expect(decoded.l1TtlMs).to.be.at.least(0);
      }),
      { numRuns: 1_000 },
    );
  });
});
