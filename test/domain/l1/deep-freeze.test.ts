import { expect } from 'chai';

import { deepFreeze } from '../../../src/domain/l1/isolated-local-store';

describe('deepFreeze', () => {
  it('freezes a value and all that it holds, and gives back the very same value', () => {
    const value = { list: [{ name: 'a' }], nested: { deep: { deeper: 1 } } };

    expect(deepFreeze(value)).to.equal(value);
    expect([value, value.list, value.list[0], value.nested, value.nested.deep].every((part) => Object.isFrozen(part))).to.equal(true);
  });

  it('freezes what is inside something that is frozen already', () => {
    const inner = { name: 'a' };

    deepFreeze(Object.freeze({ inner }));

    expect(Object.isFrozen(inner)).to.equal(true);
  });

  it('ends for a value that holds itself', () => {
    const value: { self?: unknown } = {};
    value.self = value;

    expect(Object.isFrozen(deepFreeze(value))).to.equal(true);
  });

  it('lets bytes and primitives pass', () => {
    for (const value of [Buffer.from('a'), new Float64Array(1), 1, 'a', null, undefined, true, 5n])
      expect(deepFreeze(value)).to.equal(value);
    expect(deepFreeze({ bytes: Buffer.from('a') }).bytes.toString()).to.equal('a');
  });
});
