import { expect } from 'chai';
import fc from 'fast-check';
import { isLongerThan } from '../../../src/domain/entry/utf8-length';

describe('isLongerThan', () => {
  const samples = ['', 'a', '\u007f', '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\uffff', '𐀀', '🔑🔑', 'aé€🔑'];
  for (const text of samples) {
    it(`compares ${JSON.stringify(text)} by its bytes`, () => {
      const bytes = Buffer.byteLength(text);

      expect([isLongerThan(text, bytes - 1), isLongerThan(text, bytes), isLongerThan(text, bytes + 1)]).to.deep.equal([true, false, false]);
      expect(isLongerThan(text, Infinity)).to.equal(false);
    });
  }

  it('agrees with Node for every text without lone surrogates', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(100), (text, bytes) => {
        expect(isLongerThan(text, bytes)).to.equal(Buffer.byteLength(text) > bytes);
      }),
    );
  });
});
