import type { ExecutionContext } from '@nestjs/common';
import { expect } from 'chai';
import { qualifiedKey, qualifier, baseKey, requestKey } from '../../../../src/nest/http/key/request-key';
import type { RouteConfig } from '../../../../src/nest/http/route/route-config';

const parsedAs = (query: unknown) => () => query;
const unread = (): unknown => expect.fail('the parsed query was read');

describe('requestKey', () => {
  it('sorts the parameters by name, and keeps the order of repeated ones', () => {
    expect(requestKey('GET', '/a?c=1&a=2&b=3', parsedAs({ a: '2', b: '3', c: '1' }))).to.equal('GET:/a?a=2&b=3&c=1');
    expect(requestKey('GET', '/a?b=1&a=9&b=0&a=2', parsedAs({ a: ['9', '2'], b: ['1', '0'] }))).to.equal('GET:/a?a=9&a=2&b=1&b=0');
    expect(requestKey('GET', '/a?b&a=', parsedAs({ a: '', b: '' }))).to.equal('GET:/a?a=&b');
  });

  it('does not ask for the parsed query where nothing has to be sorted', () => {
    for (const url of ['/a', '/a?', '/a?b=1', '/a?a=1&b=2', '/a?a=2&a=1'])
      expect(requestKey('GET', url, unread), url).to.equal(`GET:${url}`);
  });

  it('leaves a query as it was sent that a parser may read in another way', () => {
    for (const url of ['/a?b[]=1&a=1', '/a?b.c=1&a=1', '/a?%62=1&a=1', '/a?b=1;c=2&a=1', '/a?b=1&&a=1', '/a?b+c=1&a=1', '/a?=1&a=1'])
      expect(requestKey('GET', url, unread), url).to.equal(`GET:${url}`);
  });

  it('leaves a query as it was sent that was not parsed into the same texts', () => {
    const url = '/a?b=1&a=2&b=3';
    const all = [
      ...[undefined, null, 'b=1', { a: '2' }, { a: '2', b: '3' }, { a: '2', b: ['3'] }, { a: '2', b: ['1', '3', '4'] }],
      ...[
        { a: '2', b: ['1', 3] },
        { a: 2, b: ['1', '3'] },
        { a: '2', b: '13' },
        { a: '2', b: { length: 2 } },
      ],
      ...[
        { a: ['2'], b: ['1', '3'] },
        { a: '2', b: ['1', '3'], c: '4' },
        { A: '2', b: ['1', '3'] },
      ],
    ];

    for (const parsed of all) expect(requestKey('GET', url, parsedAs(parsed)), JSON.stringify(parsed)).to.equal(`GET:${url}`);
    expect(requestKey('GET', url, parsedAs({ a: '2', b: ['1', '3'] }))).to.equal('GET:/a?a=2&b=1&b=3');
  });
});

describe('baseKey', () => {
  const context = {} as ExecutionContext;
  const keyOf = (config: Pick<Partial<RouteConfig>, 'key' | 'prefix'>, own: string | undefined = 'GET:/a') =>
    baseKey(config as RouteConfig, context, () => own);

  it('is that of the handler, or else that of the request', async () => {
    expect([keyOf({ key: 'fixed' }), keyOf({}), keyOf({ key: () => Promise.resolve(undefined) }) instanceof Promise]).to.deep.equal([
      'fixed',
      'GET:/a',
      true,
    ]);
    expect(await keyOf({ key: () => Promise.resolve('made') })).to.equal('made');
  });

  it('stands after the prefix of the controller, if there are both', async () => {
    expect(await keyOf({ prefix: 'shop' })).to.equal('shop:GET:/a');
    expect(await keyOf({ prefix: () => Promise.resolve('made'), key: 'fixed' })).to.equal('made:fixed');
    expect(await keyOf({ prefix: () => Promise.resolve(undefined) })).to.equal(undefined);
    expect(await keyOf({ prefix: 'shop', key: () => Promise.resolve(undefined) })).to.equal(undefined);
    expect(baseKey({ prefix: 'shop' } as RouteConfig, context, () => undefined)).to.equal(undefined);
  });
});

describe('qualifiedKey', () => {
  it('puts qualifiers in front, and makes no plain key equal to a qualified one', () => {
    expect(qualifiedKey('GET:/a', ['id=42', 'v=2'])).to.equal('@id=42;v=2:GET:/a');
    expect([qualifiedKey('a', []), qualifiedKey('@id=42:a', []), qualifiedKey('a@', [])]).to.deep.equal(['a', '@@id=42:a', 'a@']);
  });

  it('escapes the separators of a text, and refuses one that is not well-formed', () => {
    expect(qualifier('a;b:c=d')).to.equal('a%3Bb%3Ac%3Dd');
    expect(() => qualifier('\ud800'))
      .to.throw()
      .with.property('code', 'CACHE_KEY_INVALID');
  });
});

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
