import { expect } from 'chai';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import {
  addVary,
  areReplayable,
  detachHead,
  handlerHeaders,
  membersOf,
  unstorableHeader,
  type HeaderValue,
  type ResponseHead,
} from '../../../../src/nest/http/response/response-headers';

const head = (headers: ResponseHead['headers']): ResponseHead => ({ status: 200, headers });
const none = head({});

/** Of one message: a reader of the cache must not get them. */
const ofOneMessage = (
  'connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade http2-settings content-length date ' +
  'retry-after authentication-info proxy-authentication-info cache-status x-cache server-timing x-runtime x-response-time traceparent tracestate ' +
  'traceresponse b3 request-id x-request-id correlation-id x-correlation-id trace-id x-trace-id x-amzn-trace-id x-amzn-requestid x-amz-request-id ' +
  'x-cloud-trace-context ratelimit ratelimit-limit x-ratelimit-remaining x-rate-limit-reset rate-limit x-b3-traceid cf-ray x-transaction-id my-span-id req-id'
).split(' ');

const ofAllClients =
  'x-total-tokens x-powered-by etag last-modified content-type content-language link location x-rated x-cf-rays www-authenticate'.split(
    ' ',
  );

const ofOneClient = (
  'set-cookie set-cookie2 cookie x-cookie clear-site-data x-auth-token accesstoken x-nonce x_nonce id.token x-jwt csrf x-xsrf authorization ' +
  'x-auth bearer x-api-key apikey x-client-secret x-credential x-credentials x-password otp x-session session-id x-sessionid x-sid'
).split(' ');

const proxyCommands =
  'x-accel-redirect x-sendfile x-send-file x-lighttpd-send-file x-litespeed-location x-reproxy-url x-archive-files'.split(' ');

describe('unstorableHeader', () => {
  for (const name of ofOneClient) {
    it(`names ${name}, which is for one client, also where middleware has set it`, () => {
      expect(unstorableHeader(none, head({ 'x-first': 'a', [name]: 'b' }))).to.equal(name);
      expect(unstorableHeader(head({ [name]: 'b' }), head({ [name]: 'b' }))).to.equal(name);
    });
  }

  for (const name of proxyCommands) {
    it(`names ${name}, a command to a proxy, if the handler has set it`, () => {
      expect(unstorableHeader(none, head({ [name]: '/file' }))).to.equal(name);
      expect(unstorableHeader(head({ [name]: '/file' }), head({ [name]: '/file' }))).to.equal(undefined);
    });
  }

  it('names no other header, and none without a value', () => {
    const others = [...ofOneMessage, ...ofAllClients, 'access-control-allow-credentials'].map((name) => [name, 'a'] as const);

    expect(unstorableHeader(none, head({ ...Object.fromEntries(others), 'set-cookie': undefined }))).to.equal(undefined);
  });
});

describe('areReplayable', () => {
  it('accepts headers of all clients, of each kind of value', () => {
    expect(areReplayable(Object.fromEntries(ofAllClients.map((name) => [name, 'a'])))).to.equal(true);
    expect(areReplayable({ 'x-list': ['a', 'b'], 'x-count': 7, 'x-text': 'tab\tand \u00e9', 'x-empty': '' })).to.equal(true);
    expect(areReplayable({})).to.equal(true);
  });

  it('refuses headers of one message, of one client, and commands to a proxy', () => {
    const refused = [...ofOneMessage, ...ofOneClient, ...proxyCommands].filter((name) => !areReplayable({ [name]: 'a' }));

    expect(refused).to.deep.equal([...ofOneMessage, ...ofOneClient, ...proxyCommands]);
  });

  const malformed: readonly Readonly<Record<string, unknown>>[] = [
    ...[{ 'X-Upper': 'a' }, { 'x name': 'a' }, { '': 'a' }, { 'x-name:': 'a' }, { 'x-name\r\n': 'a' }],
    ...[{ 'x-name': 'a\r\nb' }, { 'x-name': 'a\u0000' }, { 'x-name': '\u0100' }, { 'x-name': ['a', 'b\n'] }, { 'x-name': ['a', 1] }],
    ...[{ 'x-name': NaN }, { 'x-name': Infinity }, { 'x-name': null }, { 'x-name': undefined }, { 'x-name': true }, { 'x-name': {} }],
    { 'x-fine': 'a', 'x-name': 'a\n' },
  ];
  for (const headers of malformed) {
    it(`refuses ${JSON.stringify(headers)}`, () => {
      expect(areReplayable(headers)).to.equal(false);
    });
  }

  it('refuses more headers than a client accepts', () => {
    const headers = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, 'a']));

    expect([areReplayable(headers(100)), areReplayable(headers(101))]).to.deep.equal([true, false]);
  });

  it('refuses more characters than a client accepts, of names and values together', () => {
    const headers = (length: number) => ({ 'x-a': 'a'.repeat(length - 16), 'x-b': 'b'.repeat(10) });

    expect([areReplayable(headers(16_384)), areReplayable(headers(16_385))]).to.deep.equal([true, false]);
  });
});

describe('handlerHeaders', () => {
  it('are those that were added or changed since the handler began, and that can be sent again', () => {
    const before = head({ 'x-powered-by': 'a', vary: 'Origin', 'x-list': ['a', 'b'], 'x-gone': 'a' });
    const after = head({ ...before.headers, vary: 'Origin, Accept', 'x-new': 7, 'x-gone': undefined, date: 'now', 'set-cookie': 'a=1' });

    expect(handlerHeaders(before, after)).to.deep.equal({ vary: 'Origin, Accept', 'x-new': 7 });
  });

  it('are without those that Connection names', () => {
    expect(handlerHeaders(none, head({ connection: 'X-Hop, close', 'x-hop': 'a', 'x-end': 'b' }))).to.deep.equal({ 'x-end': 'b' });
  });
});

describe('membersOf', () => {
  it('are the members of a list header in lower case, without empty ones', () => {
    expect(membersOf('Accept , ORIGIN,, ')).to.deep.equal(['accept', 'origin']);
    expect(membersOf(['A', 'b, C'])).to.deep.equal(['a', 'b', 'c']);
    expect([membersOf(undefined), membersOf(''), membersOf(7)]).to.deep.equal([[], [], ['7']]);
  });
});

describe('addVary', () => {
  const varying = (present: HeaderValue | undefined, names: readonly string[]): unknown[] => {
    const set: unknown[] = [];
    addVary({ header: (name) => (name === 'vary' ? present : undefined), setHeader: (...header) => set.push(...header) }, names);
    return set;
  };

  it('adds the names that are missing, after those that are there', () => {
    expect(varying(undefined, ['accept', 'origin'])).to.deep.equal(['Vary', 'accept, origin']);
    expect(varying('Origin', ['accept', 'origin'])).to.deep.equal(['Vary', 'origin, accept']);
  });

  it('changes nothing where none is missing, or everything is named', () => {
    expect(varying('Accept, Origin', ['origin'])).to.deep.equal([]);
    expect(varying('*', ['origin'])).to.deep.equal([]);
    expect(varying('Accept', [])).to.deep.equal([]);
  });
});

describe('detachHead', () => {
  const setUp = () => {
    const node = new ServerResponse(new IncomingMessage(new Socket()));
    node.setHeader('x-sent', 'a');
    let sends = 0;
    detachHead(node, { 'X-First': 'a', 'x-none': undefined }, () => (sends += 1));
    return { node, sends: () => sends };
  };

  it('begins with the given head, and leaves the sent one', () => {
    const { node } = setUp();

    expect(node.getHeaders()).to.deep.equal({ 'x-first': 'a' });
    expect([node.getHeaderNames(), node.hasHeader('X-FIRST'), node.hasHeader('x-sent')]).to.deep.equal([['x-first'], true, false]);
  });

  it('takes and gives back headers, by names in any case', () => {
    const { node, sends } = setUp();

    expect(node.setHeader('X-Name', 'b')).to.equal(node);
    expect(node.setHeaders(new Map([['X-More', 'c']]))).to.equal(node);
    expect(node.appendHeader('x-name', 'd')).to.equal(node);
    node.appendHeader('X-New', ['e', 'f']);
    node.removeHeader('X-FIRST');

    expect(node.getHeader('x-NAME')).to.deep.equal(['b', 'd']);
    expect(node.getHeaders()).to.deep.equal({ 'x-name': ['b', 'd'], 'x-more': 'c', 'x-new': ['e', 'f'] });
    expect(sends()).to.equal(0);
  });

  it('sends nothing, and reports each attempt', () => {
    const { node, sends } = setUp();

    expect([node.writeHead(200), node.write('a'), node.end('b')]).to.deep.equal([node, node, node]);
    expect([sends(), node.headersSent]).to.deep.equal([3, false]);
  });
});
