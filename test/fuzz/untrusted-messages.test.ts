import { expect } from 'chai';
import fc from 'fast-check';
import { createCache } from '../../src';
import { FakeClock } from '../../src/testing';
import { fuzz, mostGrowth } from './fuzz';
import { HostileL2 } from './hostile-l2';
import { madeUp, mutationsOf } from './hostile-texts';

/** Of unknown processes. */
const strangers = fc
  .record({
    version: fc.constantFrom(1, 1, 1, 2),
    node: fc.uuid(),
    sequence: fc.integer({ min: -1 }),
    namespace: fc.constantFrom('', 'cache', '__proto__'),
    keys: fc.oneof(fc.constant('everything'), fc.array(fc.string({ unit: 'binary' }))),
  })
  .map((message) => JSON.stringify(message));

describe('A cache that receives untrusted messages', function () {
  this.timeout(180_000);

  it('keeps or drops its entries, pollutes no prototype and does not grow', async () => {
    const l2 = new HostileL2();
    const clock = new FakeClock();
    const cache = createCache({ secondary: l2, clock, logger: false });
    const real = [];
    for (const change of [() => cache.set('kept', 1), () => cache.delMany(['kept', 'a:b', 'Grüße']), () => cache.clear()]) {
      await change();
      real.push(l2.published);
    }

    const growth = await fuzz(
      0.25,
      fc.asyncProperty(fc.oneof(mutationsOf(real), strangers, madeUp(['{"version":1,"keys":'])), async (text) => {
        await cache.set('kept', 1);

        l2.say(text);

        expect([1, undefined]).to.include(cache.peek('kept'));
        expect({}).not.to.have.property('polluted');
      }),
    );

    expect(growth).to.be.below(mostGrowth);
    await cache.close();
    expect(clock.waiting).to.equal(0);
  });
});
