import { expect } from 'chai';

import { createCache } from '../../../../src';
import { approximateBytes } from '../../../../src/adapters/memory/size/approximate-bytes';
import { givenBytes } from '../../../../src/adapters/memory/size/given-bytes';
import { consoleLogger } from '../../../../src/adapters/system/console-logger';

describe('primary.bytesOf', () => {
  const logged: string[] = [];
  const logger = { ...consoleLogger, error: (message: string) => void logged.push(message) };
  beforeEach(() => logged.splice(0));

  it('replaces the estimate of a value', async () => {
    const cache = createCache({ primary: { bytesOf: () => 1_000_000 } });

    await cache.set('a', 1);

    expect(cache.stats().bytes).to.be.within(1_000_000, 1_001_000);
    await cache.close();
  });

  it('bounds L1 by the sizes that it returns', async () => {
    const cache = createCache({ primary: { maxBytes: 2_500_000, bytesOf: () => 1_000_000 } });

    for (const key of ['a', 'b', 'c']) await cache.set(key, 1);

    expect(['a', 'b', 'c'].map((key) => cache.peek(key))).to.deep.equal([undefined, 1, 1]);
    await cache.close();
  });

  const failures: Readonly<Record<string, readonly [() => unknown, string]>> = {
    NaN: [() => NaN, 'NaN'],
    'a negative number': [() => -1, '-1'],
    'a string': [() => '5', 'string'],
    nothing: [() => undefined, 'undefined'],
    'an error': [
      () => {
        throw new Error('of the application');
      },
      'an error',
    ],
  };
  for (const [name, [fails, given]] of Object.entries(failures)) {
    it(`falls back to the estimate for ${name}, and logs once`, () => {
      const bytesOf = givenBytes(fails as () => number, logger);

      expect([bytesOf('text'), bytesOf('text')]).to.deep.equal([approximateBytes('text'), approximateBytes('text')]);
      expect(logged).to.deep.equal([
        `primary.bytesOf: expected a number of bytes from 0, got ${given}; the estimate is used instead (logged once)`,
      ]);
    });
  }

  it('is refused unless it is a function', () => {
    expect(() => createCache({ primary: { bytesOf: 5 as never } })).to.throw('primary.bytesOf: expected a function that returns the bytes');
  });
});
