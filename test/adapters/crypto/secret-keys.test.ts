import { expect } from 'chai';
import { createSecretKey, randomBytes } from 'node:crypto';
import { lengthPrefixed, Subkeys } from '../../../src/adapters/crypto/secret-keys';

describe('Subkeys', () => {
  const key = createSecretKey(randomBytes(32));

  it('differ for each namespace and salt, and are equal in each process', () => {
    const [one, other] = [new Subkeys(key), new Subkeys(key)];
    const all = [['shop', 'a'], ['shop', 'b'], ['shop:a', ''], ['', 'shopa']] as const; // prettier-ignore

    const made = all.map(([namespace, salt]) => one.of(namespace, salt.padEnd(22, '_')).export().toString('hex'));

    expect(new Set(made)).to.have.property('size', all.length);
    expect(all.map(([namespace, salt]) => other.of(namespace, salt.padEnd(22, '_')).export().toString('hex'))).to.deep.equal(made);
  });

  it('are derived once', () => {
    const subkeys = new Subkeys(key);

    expect(subkeys.of('shop', 'salt')).to.equal(subkeys.of('shop', 'salt'));
  });

  it('are cached in bounded number, however many salts an attacker writes', () => {
    const subkeys = new Subkeys(key);
    for (let salt = 0; salt < 2_500; salt++) subkeys.of('shop', String(salt).padStart(22, '0'));

    expect(subkeys.size).to.be.at.most(1_000);
  });
});

describe('lengthPrefixed', () => {
  it('gives different texts for different lists of fields', () => {
    const lists = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['', 'abc'], ['a', 'b', 'c'], ['2:ab', '1:c'], ['2:ab1:c'], []];

    expect(new Set(lists.map((fields) => lengthPrefixed(...fields)))).to.have.property('size', lists.length);
  });
});
