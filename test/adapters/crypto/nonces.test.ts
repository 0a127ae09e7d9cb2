import { expect } from 'chai';
import { Nonces, SealCounter } from '../../../src/adapters/crypto/nonces';

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

describe('SealCounter', () => {
  function counting(from: number): { readonly counter: SealCounter; readonly warnings: string[] } {
    const warnings: string[] = [];
    return { counter: new SealCounter('2026-11', (message) => warnings.push(message), from), warnings };
  }

  it('counts', () => {
    const { counter } = counting(0);
    counter.next();
    counter.next();

    expect(counter.count).to.equal(2);
  });

  it('warns once, with the 2^31st seal', () => {
    const { counter, warnings } = counting(2 ** 31 - 2);
    counter.next();
    expect(warnings).to.deep.equal([]);

    for (let seal = 0; seal < 3; seal++) counter.next();

    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.contain("'2026-11' has sealed 2^31 times");
  });

  it('allows the 2^32nd seal and refuses the next', () => {
    const { counter } = counting(2 ** 32 - 1);
    counter.next();

    expect(() => counter.next())
      .to.throw()
      .with.property('code', 'CACHE_KEY_EXHAUSTED');
    expect(counter.count).to.equal(2 ** 32);
  });
});
