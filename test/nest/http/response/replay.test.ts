import type { ExecutionContext } from '@nestjs/common';
import { expect } from 'chai';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { CacheEntry } from '../../../../src/domain/reading/read-result';
import { HttpExchange } from '../../../../src/nest/http/response/http-exchange';
import { writeResponse } from '../../../../src/nest/http/response/replay';
import { pack } from '../../../../src/nest/http/response/stored-response';
import { type RouteConfig } from '../../../../src/nest/http/route/route-config';
import { RouteTags } from '../../../../src/nest/http/route/route-tags';

const stored = pack({ body: { id: 1 }, status: 404, headers: { 'x-name': 'a', vary: 'accept, origin' } });
const fromCache: CacheEntry<unknown> = {
  value: stored,
  from: 'l1',
  isStale: false,
  outcome: undefined,
  ageMs: 7_900,
  ttlMs: 2_000,
  tags: ['t1'],
};
const loaded: CacheEntry<unknown> = { ...fromCache, from: 'loader', outcome: 'stored', ageMs: 0 };
const plain = {
  scope: 'public',
  writesCacheControl: false,
  hasEtag: false,
  isRendered: false,
  tags: undefined,
} as unknown as RouteConfig;

interface Call {
  readonly entry?: CacheEntry<unknown>;
  readonly ran?: boolean;
  readonly config?: Partial<RouteConfig>;
  /** Headers that the response already has. */
  readonly set?: Readonly<Record<string, string>>;
}

/** What is sent: the body that is returned, the status and the headers. */
function answer({ entry = fromCache, ran = false, config = {}, set = {} }: Call) {
  const node = new ServerResponse(new IncomingMessage(new Socket()));
  for (const [name, value] of Object.entries(set)) node.setHeader(name, value);
  const response = Object.assign(node, { status: (code: number) => Object.assign(node, { statusCode: code }) });
  const args: readonly unknown[] = [{ method: 'GET', headers: {} }, response];
  const context = { getType: () => 'http', getArgByIndex: (index: number) => args[index] } as unknown as ExecutionContext;
  const body = writeResponse(entry, { ran, sawStale: false }, { exchange: new HttpExchange(context), config: { ...plain, ...config } });
  return { body, status: node.statusCode, headers: { ...node.getHeaders() }, isTagged: Object.hasOwn(node, 'end') };
}

describe('writeResponse', () => {
  it('sends status and headers of a stored response, and adds to Vary', () => {
    expect(answer({ set: { vary: 'cookie' } })).to.deep.include({
      body: { id: 1 },
      status: 404,
      headers: { vary: 'cookie, accept, origin', 'x-name': 'a' },
    });
  });

  it('sends them also to a caller that joined a run of the handler, and to one whose own run was not kept', () => {
    expect(answer({ entry: loaded }).status).to.equal(404);
    expect(answer({ ran: true }).status).to.equal(404);
  });

  it('leaves the response as the handler of this call has made it', () => {
    expect(answer({ entry: loaded, ran: true })).to.deep.include({ status: 200, headers: {} });
  });

  it('returns only the body without a response, and with one that is already sent', () => {
    expect(writeResponse(fromCache, { ran: false, sawStale: false }, { exchange: undefined, config: plain })).to.deep.equal({ id: 1 });

    const written: unknown[] = [];
    const sent = { isAnswered: true, header: () => undefined, setHeader: (...given: unknown[]) => written.push(given) };
    const recipient = { exchange: sent as unknown as HttpExchange, config: plain };
    expect(writeResponse(fromCache, { ran: false, sawStale: false }, recipient)).to.deep.equal({ id: 1 });
    expect(written).to.deep.equal([]);
    expect(sent).to.not.have.property('status');
  });

  for (const name of ['cache-control', 'expires', 'age']) {
    it(`adds Age to a cached response that states its lifetime by ${name}`, () => {
      const set = { [name]: '3' };
      expect(answer({ set }).headers['age']).to.equal(name === 'age' ? '10' : '7');
      expect(answer({ set, entry: loaded, ran: true }).headers).to.deep.equal(set);
    });
  }

  it('adds no Age to one that states none', () => {
    expect(answer({}).headers).to.not.have.property('age');
  });

  it('writes Cache-Control for a response that is kept', () => {
    const config = { writesCacheControl: true };
    expect(answer({ config }).headers).to.deep.include({ 'cache-control': 'public, max-age=9', age: '7' });
    expect(answer({ config, entry: loaded, ran: true }).headers).to.deep.equal({ 'cache-control': 'public, max-age=2' });
    expect(answer({ config, entry: { ...loaded, outcome: 'skipped' }, ran: true }).headers).to.deep.equal({});
    expect(answer({}).headers).to.not.have.property('cache-control');
  });

  it('names the tags of the entry if the route has tags', () => {
    const tags = new RouteTags('C.run', ['t1'], 'surrogate-key');
    expect(answer({ config: { tags } }).headers).to.deep.include({ 'surrogate-key': 't1' });
  });

  it('tags the sent bytes only where the route has an ETag', () => {
    expect([answer({}).isTagged, answer({ config: { hasEtag: true } }).isTagged]).to.deep.equal([false, true]);
  });

  it('gives each caller its own copy of what Express renders', () => {
    const entry = (value: unknown): CacheEntry<unknown> => ({ ...fromCache, value });
    const value = { id: 1 };
    const config = { isRendered: true };
    expect(answer({ entry: entry(value) }).body).to.equal(value);
    const copy = answer({ entry: entry(value), config }).body;
    expect(copy).to.deep.equal(value);
    expect(copy).to.not.equal(value);
    expect([answer({ entry: entry('text'), config }).body, answer({ entry: entry(null), config }).body]).to.deep.equal(['text', null]);
  });
});
