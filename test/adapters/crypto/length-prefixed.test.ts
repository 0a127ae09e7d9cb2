import { expect } from 'chai';

import { lengthPrefixed } from '../../../src/adapters/crypto/subkeys';

describe('lengthPrefixed', () => {
  it('makes one text of one list of fields alone', () => {
    const lists = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['', 'abc'], ['a', 'b', 'c'], ['2:ab', '1:c'], ['2:ab1:c'], []];

    expect(new Set(lists.map((fields) => lengthPrefixed(...fields)))).to.have.property('size', lists.length);
  });
});
