import { expect } from 'chai';

import { Nonces } from '../../../src/adapters/crypto/nonces';

describe('Nonces', () => {
  it('have 12 bytes and never repeat, also across batches', () => {
    const nonces = new Nonces();

    const given = Array.from({ length: 10_000 }, () => nonces.next());

    expect(new Set(given.map((nonce) => nonce.length))).to.deep.equal(new Set([12]));
    expect(new Set(given.map((nonce) => nonce.toString('hex')))).to.have.property('size', 10_000);
  });

  it('do not change while a caller holds them', () => {
    const nonces = new Nonces();
    const first = nonces.next();
    const before = first.toString('hex');

    for (let count = 0; count < 1_000; count++) nonces.next();

    expect(first.toString('hex')).to.equal(before);
  });
});
