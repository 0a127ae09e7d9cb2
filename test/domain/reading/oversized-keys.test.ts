import { expect } from 'chai';
import { CacheError } from '../../../src/domain/cache-error';
import { OversizedKeys } from '../../../src/domain/reading/oversized-keys';
import { testKey } from '../../../src/testing/suite-tools';

const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map(testKey) as [ReturnType<typeof testKey>, ...ReturnType<typeof testKey>[]];
const unavailable = new CacheError('CACHE_TIER_UNAVAILABLE', 'the connection was dropped');

describe('OversizedKeys', () => {
  let oversized: OversizedKeys;

  beforeEach(() => {
    oversized = new OversizedKeys();
  });

  const limits = (): unknown[] => [a, b, c, d, e].map((key) => oversized.limitOf(key!));

  it('halves a batch that failed, and lifts the limit of keys that were answered', () => {
    expect(oversized.failed([a, b!, c!, d!, e!], unavailable)).to.equal(undefined);
    expect(limits()).to.deep.equal([3, 3, 3, 3, 3]);
    oversized.failed([a, b!, c!], unavailable);
    oversized.answered([d!, e!]);
    expect(limits()).to.deep.equal([2, 2, 2, undefined, undefined]);
    oversized.answered([a, b!, c!]);
    expect(limits()).to.deep.equal([undefined, undefined, undefined, undefined, undefined]);
  });

  it('finds a key that failed alone twice, with an answer to other keys in between, and forgets it', () => {
    expect(oversized.failed([a], unavailable)).to.equal(undefined);
    expect([oversized.failed([a], unavailable), oversized.limitOf(a)]).to.deep.equal([undefined, 1]);
    oversized.answered([b!]);

    expect([oversized.failed([a], unavailable), oversized.limitOf(a)]).to.deep.equal([a, undefined]);
    expect(oversized.failed([a], unavailable)).to.equal(undefined);
  });

  it('begins again with a key that was answered', () => {
    oversized.failed([a], unavailable);
    oversized.answered([a]);

    expect(oversized.failed([a], unavailable)).to.equal(undefined);
  });

  it('holds no other failure against a key', () => {
    for (const error of [new Error('unavailable'), new CacheError('CACHE_CLOSED', 'closed'), undefined]) oversized.failed([a, b!], error);

    expect(limits().slice(0, 2)).to.deep.equal([undefined, undefined]);
  });

  it('remembers 1 000 keys at most, and forgets all of them when there would be more', () => {
    const batch = (name: string, count: number) => Array.from({ length: count }, (_, i) => testKey(`${name}${i}`));
    oversized.failed([a, b!], unavailable);
    oversized.failed(batch('x', 998), unavailable);
    expect([oversized.limitOf(a), oversized.limitOf(testKey('x0'))]).to.deep.equal([1, 499]);

    oversized.failed([c!, d!], unavailable);

    expect([oversized.limitOf(a), oversized.limitOf(testKey('x0')), oversized.limitOf(c!)]).to.deep.equal([undefined, undefined, 1]);
  });
});
