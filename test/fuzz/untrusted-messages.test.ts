import { expect } from 'chai';
import fc from 'fast-check';
import { createCache } from '../../src';
import { FakeClock } from '../../src/testing';
import { fuzz, mostGrowth } from './fuzz';
import { HostileLayer2 } from './hostile-layer-2';
import { madeUp, mutationsOf } from './hostile-texts';

/** Of processes that nobody has heard of before. */
const strangers = fc
  .record({
    version: fc.constantFrom(1, 1, 1, 2),
    node: fc.uuid(),
    sequence: fc.integer({ min: -1 }),
    namespace: fc.constantFrom('', 'cache', '__proto__'),
    keys: fc.oneof(fc.constant('everything'), fc.array(fc.string({ unit: 'binary' }))),
  })
  .map((message) => JSON.stringify(message));

describe('A cache that hears what somebody else has published', function () {
  this.timeout(180_000);

  it('keeps what it holds or drops it, pollutes nothing and does not grow', async () => {
    const layer2 = new HostileLayer2();
    const clock = new FakeClock();
    const cache = createCache({ secondary: layer2, clock, logger: false });
    const real = [];
    for (const change of [() => cache.set('kept', 1), () => cache.delMany(['kept', 'a:b', 'Grüße']), () => cache.clear()]) {
      await change();
      real.push(layer2.published);
    }

    const growth = await fuzz(
      0.25,
      fc.asyncProperty(fc.oneof(mutationsOf(real), strangers, madeUp(['{"version":1,"keys":'])), async (text) => {
        await cache.set('kept', 1);

        layer2.say(text);

        expect([1, undefined]).to.include(cache.peek('kept'));
        expect({}).not.to.have.property('polluted');
      }),
    );

    expect(growth).to.be.below(mostGrowth);
    await cache.close();
    expect(clock.waiting).to.equal(0);
  });
});
