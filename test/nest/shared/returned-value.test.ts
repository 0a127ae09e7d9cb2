import { expect } from 'chai';
import { returnedString } from '../../../src/nest/shared/returned-value';

const others: readonly (readonly [value: unknown, described: string])[] = [
  [{ id: 1 }, 'an object'],
  [[1], 'an array'],
  [null, 'null'],
  [Number.NaN, 'NaN'],
  [7, '7'],
  [7n, 'a bigint'],
  ['', 'an empty string'],
  [true, 'true'],
  [Promise.resolve('a'), 'a promise'],
  [() => 'a', 'a function'],
];

describe('The result of a function of the user', () => {
  let logged: string[];
  let check: (value: unknown) => string | undefined;

  beforeEach(() => {
    logged = [];
    check = returnedString('@CacheScope on Users.find', (message) => logged.push(message));
  });

  for (const [value, described] of others) {
    it(`is no name when it is ${described}, which is logged`, () => {
      expect(check(value)).to.equal(undefined);
      expect(logged).to.have.length(1);
      expect(logged[0]).to.contain(`@CacheScope on Users.find returned ${described}, expected a non-empty string`);
    });
  }

  it('is logged once', () => {
    check(1);
    check(2);

    expect(logged).to.have.length(1);
  });

  it('is a name when it is a string with more than separators', () => {
    expect([check('a'), check('🐢')]).to.deep.equal(['a', '🐢']);
    expect(logged).to.deep.equal([]);
  });

  it('is not logged when it is undefined', () => {
    expect(check(undefined)).to.equal(undefined);
    expect(logged).to.deep.equal([]);
  });
});
