import type { ExecutionContext } from '@nestjs/common';
import { expect } from 'chai';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { HttpExchange, setResponseHeader } from '../../../../src/nest/http/response/http-exchange';

const nodeResponse = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()));

/** As Express has it: the response of Node, with a method for the status. */
function expressResponse(): ServerResponse {
  const response = nodeResponse();
  return Object.assign(response, { status: (code: number) => Object.assign(response, { statusCode: code }) });
}

/** As Fastify has it: an object around the response of Node, with its own headers and status. */
class Reply {
  readonly raw = nodeResponse();
  statusCode = 200;
  sent = false;
  readonly #headers = new Map<string, unknown>();

  getHeader(name: string): unknown {
    return this.#headers.get(name.toLowerCase());
  }

  getHeaders(): object {
    return Object.fromEntries(this.#headers);
  }

  header(name: string, value: unknown): void {
    this.#headers.set(name.toLowerCase(), value);
  }

  removeHeader(name: string): void {
    this.#headers.delete(name.toLowerCase());
  }

  status(code: number): void {
    this.statusCode = code;
  }
}

const contextOf = (response: object, headers: object = {}, type = 'http'): ExecutionContext => {
  const args: readonly unknown[] = [{ method: 'GET', headers }, response];
  return { getType: () => type, getArgByIndex: (index: number) => args[index] } as unknown as ExecutionContext;
};

const platforms = { 'the response of Express': expressResponse, 'a reply of Fastify': () => new Reply() };

for (const [name, make] of Object.entries(platforms)) {
  describe(`HttpExchange with ${name}`, () => {
    const setUp = (headers: object = {}) => {
      const response = make();
      return { response, exchange: new HttpExchange(contextOf(response, headers)) };
    };

    it('reads and writes headers', () => {
      const { exchange, response } = setUp();

      exchange.setHeader('X-Name', 'a');

      expect([exchange.header('x-name'), response.getHeader('x-name')]).to.deep.equal(['a', 'a']);
      expect({ ...exchange.head().headers }).to.deep.equal({ 'x-name': 'a' });
    });

    it('keeps the status of the route, whatever is set afterwards', () => {
      const { exchange, response } = setUp();
      response.statusCode = 201;
      exchange.status = 404;
      exchange.status = 410;

      expect([exchange.routeStatus, exchange.status, response.statusCode, exchange.head().status]).to.deep.equal([201, 410, 410, 410]);
    });

    it('keeps the status of the route as the head had it', () => {
      const { exchange, response } = setUp();
      expect(exchange.head().status).to.equal(200);
      response.statusCode = 404;

      expect(exchange.routeStatus).to.equal(200);
    });

    it('knows whether the status is the one that it has set, or that of the route', () => {
      const { exchange, response } = setUp();
      const seen = [exchange.isStatusUntouched];
      exchange.status = 404;
      seen.push(exchange.isStatusUntouched);
      response.statusCode = 500;
      seen.push(exchange.isStatusUntouched);

      expect(seen).to.deep.equal([true, true, false]);
    });

    it('knows the response, and the response of Node in it', () => {
      const { exchange, response } = setUp();

      expect([exchange.isResponse(response), exchange.isResponse(exchange.node), exchange.isResponse({})]).to.deep.equal([
        true,
        true,
        false,
      ]);
    });

    it('knows whether the request forbids storing', () => {
      const forbids = (value?: string) => setUp(value === undefined ? {} : { 'cache-control': value }).exchange.forbidsStoring;

      expect([forbids('no-store'), forbids('max-age=0, No-Store'), forbids('no-cache'), forbids()]).to.deep.equal([
        true,
        true,
        false,
        false,
      ]);
    });

    it('restores an earlier head, and says whether nothing had changed', () => {
      const { exchange, response } = setUp();
      exchange.setHeader('x-kept', 'a');
      exchange.setHeader('x-changed', ['b', 'c']);
      const before = exchange.head();
      const saved = { ...before, headers: { ...before.headers } };
      expect(exchange.rewind(saved)).to.equal(true);

      exchange.status = 404;
      exchange.setHeader('x-changed', 'other');
      exchange.setHeader('x-added', 'd');
      expect(exchange.rewind(saved)).to.equal(false);

      expect({ ...exchange.head().headers }).to.deep.equal({ 'x-kept': 'a', 'x-changed': ['b', 'c'] });
      expect(response.statusCode).to.equal(200);
      expect(exchange.rewind(saved)).to.equal(true);
    });

    for (const [change, make] of Object.entries({
      'the status': (exchange: HttpExchange): void => {
        exchange.status = 404;
      },
      'a header that was added': (exchange: HttpExchange) => exchange.setHeader('x-added', 'a'),
      'a header that was changed': (exchange: HttpExchange) => exchange.setHeader('x-kept', 'b'),
      'one header of each': (exchange: HttpExchange) => {
        exchange.setHeader('x-added', 'a');
        exchange.setHeader('x-kept', 'b');
      },
    })) {
      it(`notices a change: ${change}`, () => {
        const { exchange } = setUp();
        exchange.setHeader('x-kept', 'a');
        const head = exchange.head();
        const saved = { ...head, headers: { ...head.headers } };

        make(exchange);

        expect(exchange.rewind(saved)).to.equal(false);
      });
    }

    it('removes a header that the earlier head names without a value', () => {
      const { exchange } = setUp();
      exchange.setHeader('x-name', 'a');

      expect(exchange.rewind({ status: 200, headers: { 'x-name': undefined } })).to.equal(false);
      expect(exchange.header('x-name')).to.equal(undefined);
    });

    it('leaves the head of a response alone that was sent', () => {
      const { exchange } = setUp();
      const before = exchange.head();
      expect(exchange.isAnswered).to.equal(false);
      exchange.setHeader('x-added', 'a');
      exchange.node.writeHead(200);
      exchange.node.flushHeaders();

      expect([exchange.isAnswered, exchange.rewind({ ...before, headers: {} }), exchange.header('x-added')]).to.deep.equal([
        true,
        false,
        'a',
      ]);
    });

    it('gives a handler in the background the head of before, and nothing to send', async () => {
      const { exchange } = setUp();
      exchange.setHeader('x-middleware', 'a');
      exchange.keepInitialHead();
      exchange.setHeader('x-stored', 'b');
      exchange.keepInitialHead();
      exchange.status = 404;
      let isDetached = false;
      const detaching = exchange.detach().then(() => (isDetached = true));
      await new Promise(setImmediate);
      expect([isDetached, exchange.header('x-stored')]).to.deep.equal([false, 'b']);
      exchange.node.emit('close');
      await detaching;

      expect([exchange.status, exchange.isSentAgain, exchange.node.getHeaders()]).to.deep.equal([200, false, { 'x-middleware': 'a' }]);
      expect({ ...exchange.head().headers }).to.deep.equal({ 'x-middleware': 'a' });
      exchange.node.end('again');
      expect(exchange.isSentAgain).to.equal(true);
    });
  });
}

describe('HttpExchange', () => {
  it('gives a handler in the background no header where no head was kept', async () => {
    const exchange = new HttpExchange(contextOf(expressResponse()));
    exchange.setHeader('x-stored', 'a');
    const detaching = exchange.detach();
    exchange.node.emit('close');
    await detaching;

    expect([exchange.status, exchange.node.getHeaders()]).to.deep.equal([200, {}]);
  });

  it('is answered as soon as Fastify says so, and not by a field of that name in Express', () => {
    const reply = Object.assign(new Reply(), { sent: true });
    const response = Object.assign(expressResponse(), { sent: true });

    expect([reply, response].map((one) => new HttpExchange(contextOf(one)).isAnswered)).to.deep.equal([true, false]);
  });

  it('sees the cookies that @fastify/cookie will write', () => {
    const withCookies = (cookies: unknown) => Object.assign(new Reply(), { [Symbol('fastify.reply.setCookies')]: cookies });
    const pending = [new Reply(), withCookies(null), withCookies(undefined), withCookies(new Map()), withCookies(new Map([['a', 1]]))].map(
      (reply) => new HttpExchange(contextOf(reply)).hasPendingCookies,
    );

    expect(pending).to.deep.equal([false, false, false, false, true]);
    const other = Object.assign(new Reply(), { [Symbol('another')]: new Map([['a', 1]]) });
    expect(new HttpExchange(contextOf(other)).hasPendingCookies).to.equal(false);
  });

  it('is there for HTTP alone', () => {
    expect(HttpExchange.of(contextOf(expressResponse()))).to.be.instanceOf(HttpExchange);
    expect(HttpExchange.of(contextOf({}, {}, 'rpc'))).to.equal(undefined);
  });

  it('is not needed to set one header, which does nothing outside HTTP', () => {
    const [response, reply] = [expressResponse(), new Reply()];

    setResponseHeader(contextOf(response), 'X-Name', 'a');
    setResponseHeader(contextOf(reply), 'X-Name', 'b');
    setResponseHeader(contextOf(response, {}, 'rpc'), 'X-Name', 'c');

    expect([response.getHeader('x-name'), reply.getHeader('x-name')]).to.deep.equal(['a', 'b']);
  });
});
