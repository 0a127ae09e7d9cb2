import { expect } from 'chai';
import { qualifiedKey, qualifier } from '../../../../src/nest/http/key/qualified-key';

describe('qualifiedKey', () => {
  it('puts the qualifiers in front, and nothing where there are none', () => {
    expect(qualifiedKey('GET:/users', [])).to.equal('GET:/users');
    expect(qualifiedKey('GET:/users', ['@id=42', 'v=2'])).to.equal('@@id=42;v=2:GET:/users');
  });

  it('keeps a plain key that begins like a qualified one apart from it', () => {
    expect(qualifiedKey('@id=42:GET:/users', [])).to.equal('@@id=42:GET:/users');
    expect(qualifiedKey('GET:/users', ['id=42'])).to.equal('@id=42:GET:/users');
    expect(qualifiedKey('users@', [])).to.equal('users@');
  });

  it('escapes the separators of a text', () => {
    expect(qualifier('a;b:c=d @é')).to.equal('a%3Bb%3Ac%3Dd%20%40%C3%A9');
  });

  it('refuses half of a character, which two texts could share', () => {
    expect(() => qualifier('a\ud800'))
      .to.throw('not well-formed')
      .with.property('code', 'CACHE_KEY_INVALID');
  });
});
