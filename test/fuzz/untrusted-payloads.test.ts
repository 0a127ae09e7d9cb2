import { expect } from 'chai';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { aesGcmCipher, createCache } from '../../src';
import { FakeClock } from '../../src/testing';
import { fuzz, mostGrowth } from './fuzz';
import { HostileL2 } from './hostile-l2';
import { madeUp, mutationsOf } from './hostile-texts';

const values = [
  'text',
  { id: 1, name: 'Grüße 👩‍👧', tags: ['a', 'b'], nested: [{ price: 1.5 }, null, true] },
  {
    at: new Date(5),
    tags: new Set(['a', 'b']),
    by: new Map([[1, { big: 10n ** 30n, bytes: Buffer.from([0, 255]), floats: new Float64Array([1, NaN]) }]]),
    bare: Object.assign(Object.create(null) as object, { nothing: undefined }),
    list: [1, [2, [3, [NaN, -0]]]],
  },
];
const lruSize = 100;
const cipher = aesGcmCipher({ keys: [{ id: 'a', key: randomBytes(32) }] });

function pollutes(value: unknown): boolean {
  mergeCarelessly({}, value);
  const isPolluted = 'polluted' in {};
  Reflect.deleteProperty(Object.prototype, 'polluted');
  return isPolluted;
}

/** As applications do with values. */
function mergeCarelessly(target: Record<string, unknown>, source: unknown): void {
  if (typeof source !== 'object' || source === null) return;
  for (const [name, value] of Object.entries(source)) {
    const old: unknown = target[name];
    if (typeof value === 'object' && (typeof old === 'object' || typeof old === 'function') && old !== null) {
      mergeCarelessly(old as Record<string, unknown>, value);
    } else target[name] = value;
  }
}

describe('A cache whose L2 holds untrusted payloads', function () {
  this.timeout(180_000);

  for (const { name, share, options } of [
    { name: 'plain', share: 0.5, options: {} },
    { name: 'sealed', share: 0.25, options: { cipher } },
  ]) {
    it(`answers with a value or a miss, pollutes nothing and does not grow (${name})`, async () => {
      const l2 = new HostileL2();
      const clock = new FakeClock();
      const cache = createCache({ ...options, secondary: l2, primary: { lruSize }, staleWhileRevalidate: '1m', clock, logger: false });
      const real = [];
      for (const value of values) {
        await cache.set('real', value, { tags: ['a'] });
        real.push(l2.written);
      }
      let count = 0;
      const newKey = (): string => `key-${++count}`;

      const growth = await fuzz(
        share,
        fc.asyncProperty(fc.oneof(mutationsOf(real), madeUp(['t2', 't2$', 't21,1,,0,;', 't21,170,60,0,50;'])), async (payload) => {
          await cache.del('real');
          l2.payload = payload;

          const own = await cache.get('real');
          const others = [
            await cache.get(newKey()),
            ...(await cache.getMany([newKey(), newKey()])),
            await cache.wrap(newKey(), () => 'loaded'),
          ];

          expect(await cache.has(newKey())).to.be.a('boolean');
          for (const one of [own, ...others]) expect(pollutes(one)).to.equal(false);
          if (name === 'sealed') expect([own, ...others]).to.deep.equal([undefined, undefined, undefined, undefined, 'loaded']);
        }),
      );

      expect(growth).to.be.below(mostGrowth);
      expect(cache.stats().count).to.be.at.most(lruSize);
      expect(cache.health().l2).to.include({ state: 'up', pending: 0 });
      await cache.close();
      expect(clock.waiting).to.equal(0);
    });
  }
});
