import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import Keyv from 'keyv';
import { keyv } from '../../../../src/adapters/keyv';
import type { StoreDriver } from '../../../../src/ports/driver';
import { FakeClock, testKey } from '../../../../src/testing';
import { makeDriver } from '../open-driver';
import { bombs } from '../bombs';
import { packedRows } from '../packed-rows';

const minuteMs = 60_000;

/** Values of other programs under a key of ours. */
const damaged: Readonly<Record<string, string>> = {
  'no text': '',
  'text that is no JSON': 'abc',
  'a row cut off': '{"value":"v","exp',
  null: 'null',
  'a number': '5',
  'a string': '"text"',
  'a list': '["value"]',
  'a row without a value': '{"expires":1}',
  'a value that is no text': '{"value":{"a":1}}',
};

interface Bomb {
  readonly keyv: (map: Map<string, string>) => Keyv;
  readonly row: string;
  /** How often the Keyv has decompressed something. */
  readonly decompressed: () => number;
}

/** A Keyv that compresses its values. */
function compressing(bomb: Buffer): Bomb {
  let calls = 0;
  const compression = { compress: (value: string) => value, decompress: (value: string) => ((calls += 1), value) };
  return {
    keyv: (store) => new Keyv({ store, compression: compression as never }),
    row: JSON.stringify({ value: bomb.toString('base64') }),
    decompressed: () => calls,
  };
}

/** A Keyv whose rows are compressed as a whole. */
function packing(bomb: Buffer): Bomb {
  let calls = 0;
  return {
    keyv: (store) =>
      new Keyv({ store, serialize: packedRows.serialize, deserialize: (text) => ((calls += 1), packedRows.deserialize(text)) }),
    row: bomb.toString('base64'),
    decompressed: () => calls,
  };
}

describe('Rows of a Keyv', () => {
  const forms: readonly (readonly [name: string, make: (map: Map<string, string>) => StoreDriver, prefix: string])[] = [
    ['a Keyv', (map) => makeDriver(new Keyv(map)), 'keyv:'],
    ['a Keyv with its own serialiser', (map) => makeDriver(new Keyv({ store: map, ...packedRows })), 'keyv:'],
    ['a Map', (map) => makeDriver(map), ''],
  ];

  for (const [name, make, prefix] of forms) {
    describe(`of ${name}`, () => {
      for (const [what, text] of Object.entries(damaged)) {
        it(`are absent when there is ${what} instead`, async () => {
          const map = new Map([[`${prefix}damaged`, text]]);
          const { store } = make(map);
          await store.set(testKey('good'), 'payload', minuteMs);

          expect(await store.get(testKey('damaged'))).to.equal(undefined);
          expect(await store.getMany([testKey('good'), testKey('damaged')])).to.deep.equal(['payload', undefined]);
          const isRow = what === 'a value that is no text' && !name.includes('serialiser');
          expect(map.has(`${prefix}damaged`), 'the row is still there').to.equal(isRow);
          await store.set(testKey('damaged'), 'mended', minuteMs);
          expect(await store.get(testKey('damaged'))).to.equal('mended');
        });
      }

      it('are absent if the value is not text', async () => {
        const map = new Map<string, unknown>([[`${prefix}damaged`, { value: 1 }]]);
        const { store } = make(map as Map<string, string>);

        expect(await store.get(testKey('damaged'))).to.equal(undefined);
      });
    });
  }

  it('are readable and writable by the Keyv itself', async () => {
    const theirs = new Keyv({ ...packedRows, namespace: 'app', store: new Map<string, string>() });
    const { store } = makeDriver(theirs);

    await store.set(testKey('ours'), 'from us', minuteMs);
    await theirs.set('theirs', 'from them', minuteMs);

    expect(await theirs.get('ours')).to.equal('from us');
    expect(await store.get(testKey('theirs'))).to.equal('from them');
  });

  it('are compressed where the Keyv compresses', async () => {
    const map = new Map<string, string>();
    const compression = { compress: async (text: string) => `<${text}>`, decompress: async (text: string) => text.slice(1, -1) };
    const { store } = makeDriver(new Keyv({ store: map, compression: compression as never }));

    await store.set(testKey('k'), 'payload', Infinity);

    expect(map.get('keyv:k')).to.equal('{"value":"<payload>"}');
    expect(await store.get(testKey('k'))).to.equal('payload');
  });

  const bombSize = 64 * 1024 * 1024;
  const quotes = Buffer.alloc(bombSize, '"');
  const formats: Readonly<Record<string, () => Buffer>> = {
    gzip: () => gzipSync(quotes),
    zlib: () => deflateSync(quotes),
    raw: () => deflateRawSync(quotes),
    brotli: () => brotliCompressSync(quotes),
    ...Object.fromEntries(Object.entries(bombs).map(([format, make]) => [format, () => make(bombSize / 4)])),
  };
  for (const [format, compress] of Object.entries(formats)) {
    for (const [where, make] of Object.entries({ 'in the row': compressing, 'around the row': packing })) {
      it(`are deleted before they are decompressed to more than the bound (${format} ${where})`, async () => {
        const map = new Map<string, string>();
        const { keyv: around, row, decompressed } = make(compress());
        const { store } = makeDriver(around(map));
        map.set('keyv:bomb', row);

        expect(await store.get(testKey('bomb'))).to.equal(undefined);

        expect(decompressed()).to.equal(0);
        expect(map.has('keyv:bomb')).to.equal(false);
      });
    }
  }

  it('are deleted before they are parsed if they are longer than the bound', async () => {
    const map = new Map([['k', JSON.stringify({ value: 'v'.repeat(200) })]]);
    const driver = keyv(map, { maxRowBytes: 100 });

    expect(await driver.store.get(testKey('k'))).to.equal(undefined);

    expect(map.size).to.equal(0);
  });

  it('refuse a write that is longer than the bound', async () => {
    const { store } = keyv(new Map(), { maxRowBytes: 100 });

    const [outcome] = await Promise.allSettled([store.set(testKey('k'), 'v'.repeat(200), minuteMs)]);

    expect(outcome).to.have.nested.property('reason.code', 'CACHE_WRITE_REFUSED');
    expect(outcome)
      .to.have.nested.property('reason.message')
      .that.matches(/maxRowBytes/);
  });

  it('expire by the clock, not by the Map', async () => {
    const clock = new FakeClock();
    const { store } = makeDriver(new Map(), clock);
    await store.set(testKey('k'), 'payload', 1000);

    await clock.advance(999);
    expect(await store.get(testKey('k'))).to.equal('payload');
    await clock.advance(1);

    expect(await store.get(testKey('k'))).to.equal(undefined);
  });

  it('have one name for a key that begins with the namespace of the Keyv', async () => {
    const map = new Map<string, string>();
    const { store } = makeDriver(new Keyv({ store: map, namespace: 'shop' }));
    const key = testKey('shop:user:1');

    await store.set(key, 'old', minuteMs);
    await store.setMany([{ key, payload: 'new', ttlMs: minuteMs }]);

    expect([await store.get(key), ...(await store.getMany([key]))]).to.deep.equal(['new', 'new']);
    await store.delete([key]);
    expect(map.size).to.equal(0);
  });

  it('refuse a payload that the serialiser of the Keyv refuses', async () => {
    const { store } = makeDriver(
      new Keyv({
        serialize: () => {
          throw new Error('a-secret-payload is too large');
        },
      }),
    );

    const [outcome] = await Promise.allSettled([store.set(testKey('k'), 'a-secret-payload', minuteMs)]);

    expect(outcome).to.have.nested.property('reason.code', 'CACHE_WRITE_REFUSED');
    expect(outcome).to.have.nested.property('reason.message').that.does.not.include('secret');
  });

  it('are written as JSON by a Keyv without a serialiser', async () => {
    const map = new Map<string, string>();
    const theirs = new Keyv(map);
    theirs.serialize = undefined;
    theirs.deserialize = undefined;
    const { store } = makeDriver(theirs);

    await store.set(testKey('k'), 'payload', Infinity);

    expect([await store.get(testKey('k')), map.get('keyv:k')]).to.deep.equal(['payload', '{"value":"payload"}']);
  });
});
