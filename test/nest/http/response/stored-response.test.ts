import { expect } from 'chai';
import {
  created,
  fitsContentType,
  frozenInDevelopment,
  isStorableStatus,
  pack,
  packBody,
  sendsSomethingElse,
  storedResponseSchema,
  unpack,
} from '../../../../src/nest/http/response/stored-response';

const envelope = (fields: object = {}): object => ({ 'tiercel:answer': 1, body: { city: 'Bern' }, status: 410, headers: {}, ...fields });

class Document {
  constructor(readonly title: string) {}
}

describe('pack', () => {
  it('leaves a body alone that has no status and no headers', () => {
    for (const body of ['text', 7, null, undefined, true, ['a'], { city: 'Bern' }, Object.create(null)])
      expect(packBody(body)).to.equal(body);
  });

  it('puts into an envelope what has a status or headers', () => {
    const [gone, named] = [
      { body: 'text', status: 410, headers: {} },
      { body: 'text', status: undefined, headers: { 'x-name': 'a' } },
    ];

    expect([pack(gone), pack(named)]).to.deep.equal([
      { 'tiercel:answer': 1, ...gone },
      { 'tiercel:answer': 1, ...named },
    ]);
  });

  for (const [name, body] of Object.entries({
    'is one': envelope(),
    'is one of a newer layout': { 'tiercel:answer': 2 },
    'a serialiser can turn into one': { toJSON: () => envelope() },
    'is an instance of a class': new Document('a'),
    'is a Date': new Date(0),
    'is an instance of a subclass of Array': new (class extends Array<number> {})(),
  })) {
    it(`puts into an envelope a body that ${name}`, () => {
      const packed = packBody(body);

      expect(packed).to.deep.equal({ 'tiercel:answer': 1, body, status: undefined, headers: {} });
      expect(unpack(packed).body).to.equal(body);
    });
  }

  it('is undone by unpack', () => {
    for (const response of [
      { body: 'text', status: undefined, headers: {} },
      { body: { city: 'Bern' }, status: 404, headers: { 'x-name': ['a', 'b'] } },
    ]) {
      const { body, headers, status } = unpack(pack(response));
      expect({ body, headers, status }).to.deep.equal(response);
    }
  });
});

describe('The statuses of stored responses', () => {
  it('are those that may be reused without a look at the request', () => {
    const all = Array.from({ length: 500 }, (_, index) => index + 100);

    expect(all.filter(isStorableStatus)).to.deep.equal([200, 203, 204, 301, 404, 410]);
    expect([isStorableStatus('200'), isStorableStatus(undefined), created]).to.deep.equal([false, false, 201]);
  });
});

describe('The schema of stored responses', () => {
  const accepts = (stored: unknown, sentAs: Partial<Parameters<typeof storedResponseSchema>[0]> = {}): boolean => {
    const schema = storedResponseSchema({ redirectStatus: undefined, isRendered: false, ...sentAs });
    const result = schema['~standard'].validate(stored) as { readonly issues?: unknown; readonly value?: unknown };
    if (result.issues === undefined) expect(result.value).to.equal(stored);
    return result.issues === undefined;
  };

  const sound: Readonly<Record<string, unknown>> = {
    'a text': 'text',
    nothing: null,
    'a list': [1, [2]],
    'an object': { city: 'Bern' },
    bytes: Buffer.from('a'),
    'an envelope': envelope(),
    'an envelope without a status': envelope({ status: undefined }),
    'an envelope of a created thing': envelope({ status: 201 }),
    'an envelope with headers': envelope({ headers: { 'x-name': ['a', 'b'], 'x-count': 7 } }),
    'an envelope of text with its type': envelope({ body: 'a,b', headers: { 'content-type': 'text/csv; charset=utf-8' } }),
    'an envelope of bytes with their type and encoding': envelope({
      body: Buffer.from('a'),
      headers: { 'content-type': 'image/png', 'content-encoding': 'gzip' },
    }),
    'an envelope of nothing with a type': envelope({ body: null, headers: { 'content-type': 'text/html' } }),
    'an envelope of an object as a kind of JSON': envelope({ headers: { 'content-type': 'application/problem+json' } }),
  };
  for (const [name, stored] of Object.entries(sound)) it(`accepts ${name}`, () => expect(accepts(stored)).to.equal(true));

  const forged: Readonly<Record<string, unknown>> = {
    'a newer layout': { 'tiercel:answer': 2, body: 1, headers: {} },
    'no body': { 'tiercel:answer': 1, headers: {} },
    'no headers': { 'tiercel:answer': 1, body: 1 },
    'headers that are null': envelope({ headers: null }),
    'headers that are a text': envelope({ headers: 'x-name: a' }),
    'headers that are a list': envelope({ headers: [] }),
    'a status that is not stored': envelope({ status: 500 }),
    'a status that is no number': envelope({ status: '200' }),
    'a header of credentials': envelope({ headers: { 'set-cookie': 'a=1' } }),
    'a value of a header with a line break': envelope({ headers: { 'x-name': 'a\r\nb: c' } }),
    'a name of a header with a space': envelope({ headers: { 'x name': 'a' } }),
    'a value of a header that is an object': envelope({ headers: { 'x-name': {} } }),
    'a type that is none': envelope({ headers: { 'content-type': 'json' } }),
    'a type that is no text': envelope({ headers: { 'content-type': 7 } }),
    'an object as a page': envelope({ headers: { 'content-type': 'text/html' } }),
    'an encoded text': envelope({ body: 'text', headers: { 'content-type': 'text/plain', 'content-encoding': 'gzip' } }),
    'a body that JSON cannot hold': envelope({ body: { list: [1n] } }),
    'a body that is nested too deeply': envelope({ body: nested(101) }),
  };
  for (const [name, stored] of Object.entries(forged))
    it(`refuses an envelope with ${name}`, () => expect(accepts(stored)).to.equal(false));

  it('refuses a body that JSON cannot hold, also deep inside', () => {
    for (const body of [1n, { list: [{ count: 1n }] }, { name: 'a', count: 1n }, nested(101)]) expect(accepts(body)).to.equal(false);
    for (const body of [{}, [], { none: null, list: [] }, nested(100)]) expect(accepts(body)).to.equal(true);
  });

  it('looks at no body of a rendered route, and at its envelope all the same', () => {
    const page = envelope({ body: { count: 1n }, headers: { 'content-type': 'text/html' } });

    expect(accepts(page, { isRendered: true })).to.equal(true);
    expect(accepts({ count: 1n }, { isRendered: true })).to.equal(true);
    expect(accepts(envelope({ status: 500 }), { isRendered: true })).to.equal(false);
  });

  it('looks at the fields that a redirection reads', () => {
    const redirected = { redirectStatus: 301 };
    const sent: readonly unknown[] = [
      null,
      'text',
      {},
      { url: '/next' },
      { url: '/next', statusCode: 301 },
      envelope({ body: { url: '/a' } }),
    ];
    const refused: readonly unknown[] = [{ statusCode: 302 }, { url: '/a\r\nb' }, { url: {} }, envelope({ body: { statusCode: 500 } })];

    expect(sent.map((stored) => accepts(stored, redirected))).to.deep.equal(sent.map(() => true));
    expect(refused.map((stored) => accepts(stored, redirected))).to.deep.equal(refused.map(() => false));
    expect(accepts(envelope({ headers: [] }), redirected)).to.equal(false);
  });

  it('is one of three, by what Nest sends in place of the body', () => {
    expect(sendsSomethingElse({ redirectStatus: undefined, isRendered: false })).to.equal(false);
    expect(sendsSomethingElse({ redirectStatus: 302, isRendered: false })).to.equal(true);
    expect(sendsSomethingElse({ redirectStatus: undefined, isRendered: true })).to.equal(true);
  });
});

describe('fitsContentType', () => {
  it('is JSON without a type', () => {
    expect([fitsContentType({}, {}), fitsContentType('text', {}), fitsContentType(7, {})]).to.deep.equal([true, true, true]);
  });

  it('takes parameters after a semicolon alone', () => {
    const types = [
      'text/html;charset=utf-8',
      'text/html ; charset=utf-8',
      'text/html',
      'text/html charset',
      'text/',
      '/html',
      'text/html\nx',
    ];

    expect(types.filter((type) => fitsContentType('text', { 'content-type': type }))).to.deep.equal(types.slice(0, 3));
  });
});

describe('frozenInDevelopment', () => {
  const before = process.env['NODE_ENV'];
  afterEach(() => {
    process.env['NODE_ENV'] = before;
    if (before === undefined) delete process.env['NODE_ENV'];
  });

  it('copies and freezes plain data, deep inside', () => {
    const body = { list: [{ count: 1 }], none: undefined, nothing: null, empty: {} };

    const frozen = frozenInDevelopment(body) as typeof body;

    expect(frozen).to.deep.equal(body);
    expect(frozen).not.to.equal(body);
    expect([frozen, frozen.list, frozen.list[0]].every(Object.isFrozen)).to.equal(true);
    expect(Object.isFrozen(body) || Object.isFrozen(body.list)).to.equal(false);
  });

  for (const [name, body] of Object.entries({
    'an instance of a class': new Document('a'),
    'data with one deep inside': { list: [new Document('a')] },
    'a function': () => 1,
    'data with a symbol': { tag: Symbol('a') },
    'data with such a thing beside plain data': { name: 'a', document: new Document('a') },
    'data with toJSON': { toJSON: 'a' },
    'data that is nested too deeply': nested(102),
  })) {
    it(`returns ${name} as it is`, () => {
      expect(frozenInDevelopment(body)).to.equal(body);
      expect(Object.isFrozen(body)).to.equal(false);
    });
  }

  it('copies data of a hundred levels', () => {
    const body = nested(101);

    expect(frozenInDevelopment(body)).not.to.equal(body);
  });

  it('returns every body as it is in production', () => {
    process.env['NODE_ENV'] = 'production';
    const body = { city: 'Bern' };

    expect(frozenInDevelopment(body)).to.equal(body);
    expect(Object.isFrozen(body)).to.equal(false);
  });
});

/** A list in a list, and so on. */
function nested(levels: number): unknown {
  let value: unknown = 'innermost';
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}
