import type { ExecutionContext } from '@nestjs/common';
import { expect } from 'chai';
import { callerSign } from '../../../../src/nest/http/key/caller-sign';

function contextOf(type: string, args: readonly unknown[]): ExecutionContext {
  const at = (index: number) => args[index];
  return {
    getType: () => type,
    getArgByIndex: at,
    switchToWs: () => ({ getClient: () => at(0), getData: () => at(1) }),
    switchToRpc: () => ({ getData: () => at(0), getContext: () => at(1) }),
  } as unknown as ExecutionContext;
}

const headers = { host: 'example.com', 'user-agent': 'curl', 'sec-fetch-user': '?1' };

const contents = { headers: [], localeInKey: false, namedOnly: false, isOwn: false, responseFields: false };

class OwnContext {
  readonly req = { headers };
  readonly #tenant: string;

  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  get tenant(): string {
    return this.#tenant;
  }
}

class FailingContext {
  readonly req = { headers };

  get currentUser(): never {
    throw new Error('no user yet');
  }
}

class Shop {
  constructor(readonly tenantId: string) {}
}

class OwnedShop {
  get customerId(): number {
    return 7;
  }
}

/** A service of a GraphQL context. */
class Loaders {
  readonly users = new Map();
  readonly timeoutMs = 5;

  get sessionCount(): undefined {
    return undefined;
  }
}

/** The place of the caller's identity in each kind of server. */
const callers: Readonly<Record<string, readonly [type: string, args: readonly unknown[]]>> = {
  'a token': ['http', [{ headers: { ...headers, authorization: 'Bearer a' } }]],
  'a cookie': ['http', [{ headers: { ...headers, cookie: 'session=a' } }]],
  'a user that a guard has found': ['http', [{ headers, user: { id: 1 } }]],
  'a user that middleware has found, on Fastify': ['http', [{ headers, raw: { user: { id: 1 } } }]],
  'a session, of which the visitor has no cookie yet': ['http', [{ headers, session: { cart: [] } }]],
  'a session, on Fastify': ['http', [{ headers, raw: { session: {} } }]],
  'a cookie in the handshake of socket.io': ['ws', [{ handshake: { headers: { cookie: 'session=a' }, auth: {} } }]],
  'a token in the handshake of socket.io': ['ws', [{ handshake: { headers, auth: { token: 'a' } } }]],
  'a user that a gateway has noted': ['ws', [{ handshake: { headers, auth: {} }, data: { user: { id: 1 } } }]],
  'an API key': ['http', [{ headers: { ...headers, 'x-api-key': 'a' } }]],
  'a token in its own header': ['http', [{ headers: { ...headers, 'x-auth-token': 'a' } }]],
  'credentials for a proxy': ['http', [{ headers: { ...headers, 'proxy-authorization': 'Basic a' } }]],
  'a user named by a proxy': ['http', [{ headers: { ...headers, 'x-forwarded-email': 'a@example.com' } }]],
  'a certificate passed on by a proxy': ['http', [{ headers: { ...headers, 'x-forwarded-client-cert': 'a' } }]],
  'a certificate': ['http', [{ headers, socket: { encrypted: true, getPeerCertificate: () => ({ subject: {} }) } }]],
  'an account found by a guard': ['http', [{ headers, account: { id: 1 } }]],
  'a tenant found by a guard': ['http', [{ headers, tenant: 'a' }]],
  'a shop found by a guard, on Fastify': ['http', [{ headers, raw: { shop: 'a' } }]],
  'a principal under a symbol': ['http', [{ headers, [Symbol('user')]: { id: 1 } }]],
  'a language found by middleware': ['http', [{ headers, language: 'de' }]],
  'connection parameters of graphql-ws': ['graphql', [{}, {}, { req: { headers }, connectionParams: { token: 'a' } }]],
  'a GraphQL context of a class with a getter': ['graphql', [{}, {}, new OwnContext('a')]],
  'a getter of a GraphQL context that fails': ['graphql', [{}, {}, new FailingContext()]],
  'an instance of a class in the context of GraphQL': ['graphql', [{}, {}, { req: { headers }, shop: new Shop('a') }]],
  'a getter of an instance in the context of GraphQL': ['graphql', [{}, {}, { req: { headers }, shop: new OwnedShop() }]],
  'a field with a low line in the context of GraphQL': ['graphql', [{}, {}, { req: { headers }, _tenant: 'a' }]],
  'a field with a low line': ['http', [{ headers, _tenant: 'a' }]],
  'a user in the context of GraphQL': ['graphql', [{}, {}, { req: { headers }, currentUser: { id: 1 } }]],
  'no request in the context of GraphQL': ['graphql', [{}, {}, {}]],
  'a plain WebSocket, whose handshake cannot be seen': ['ws', [{}]],
  'an account that a gateway has noted': ['ws', [{ handshake: { headers, auth: {} }, data: { account: 1 } }]],
  'a token in the query of a handshake': ['ws', [{ handshake: { headers, query: { EIO: '4', token: 'a' } } }]],
  'headers over NATS': ['rpc', [{}, { args: [], getHeaders: () => new Map([['x-tenant', 'a']]) }]],
  'headers over RabbitMQ': ['rpc', [{}, { args: [], getMessage: () => ({ properties: { headers: { jwt: 'a' } } }) }]],
  'headers over Kafka': ['rpc', [{}, { args: [], getMessage: () => ({ headers: { shop: 'a' } }) }]],
  'user properties over MQTT': ['rpc', [{}, { args: [], getPacket: () => ({ properties: { userProperties: { who: 'a' } } }) }]],
  'a transport that is not known': ['rpc', [{}, {}]],
  'no context': ['rpc', [{}, undefined]],
  'a token in the metadata of gRPC': ['rpc', [{}, { getMap: () => ({ authorization: 'Bearer a' }) }]],
  'a context set by middleware': ['http', [{ headers, context: { user: { id: 1 } } }]],
  "a context set by middleware on Node's request": ['http', [{ headers, raw: { context: { shop: 'a' } } }]],
  'a function that returns the user': ['http', [{ headers, user: () => ({ id: 1 }) }]],
  'a function of Clerk': ['http', [{ headers, auth: () => ({ userId: 1 }) }]],
  'a function that returns the shop': ['http', [{ headers, shop: () => 'a' }]],
  "a function on Node's request": ['http', [{ headers, raw: { getShop: () => 'a' } }]],
  'a function that translates': ['http', [{ headers, t: () => 'a' }]],
  'a getter that fails': [
    'http',
    [
      Object.defineProperty({ headers }, 'shop', {
        get: () => {
          throw new Error('no shop');
        },
      }),
    ],
  ],
  'a getter of the prototype': [
    'http',
    [
      Object.create(
        {
          get shop() {
            return 'a';
          },
        },
        { headers: { value: headers } },
      ),
    ],
  ],
  'a getter of the prototype of the prototype': [
    'http',
    [
      Object.create(
        Object.create({
          get [Symbol('shop')]() {
            return 'a';
          },
        }) as object,
        { headers: { value: headers } },
      ),
    ],
  ],
  'a user among the locals of the response': ['http', [{ headers }, { locals: { user: { id: 1 } } }]],
  'a shop among the locals of the response': [
    'http',
    [{ headers }, { locals: Object.assign(Object.create(null) as object, { shop: 'a' }) }],
  ],
  'a function among the locals of the response': ['http', [{ headers }, { locals: { can: () => true } }]],
  'a user that graphql-ws has noted': ['graphql', [{}, {}, { req: { headers }, extra: { user: { id: 1 }, socket: {} } }]],
  'a cookie of the request that opened a connection of graphql-ws': [
    'graphql',
    [{}, {}, { req: { headers: {} }, extra: { request: { headers: { ...headers, cookie: 'session=a' } } } }],
  ],
  'a user of the request that opened a connection of graphql-ws': [
    'graphql',
    [{}, {}, { extra: { request: { headers, user: { id: 1 } } } }],
  ],
  'a certificate of the request that opened a connection of graphql-ws': [
    'graphql',
    [{}, {}, { extra: { request: { headers, socket: { encrypted: true, getPeerCertificate: () => ({ subject: {} }) } } } }],
  ],
  'connection parameters beside that request': ['graphql', [{}, {}, { extra: { request: { headers }, connectionParams: { shop: 'a' } } }]],
  'connection parameters on the request': ['graphql', [{}, {}, { req: { headers, connectionParams: { shop: 'a' } } }]],
  'a user among the locals of the response, with GraphQL': ['graphql', [{}, {}, { req: { headers }, res: { locals: { user: 1 } } }]],
  'a shop in the context of GraphQL': ['graphql', [{}, {}, { req: { headers }, shop: 'a' }]],
  'a record of a shop in the context of GraphQL': ['graphql', [{}, {}, { req: { headers }, shop: { id: 1 } }]],
  'a shop under a symbol': ['http', [{ headers, [Symbol('shop')]: 'a' }]],
  'a field under a symbol without a description': ['http', [{ headers, raw: { [Symbol()]: 'a' } }]],
  'a tenant in the context of GraphQL': ['graphql', [{}, {}, { req: { headers }, tenant: 'a' }]],
  'a viewer in the context of GraphQL': ['graphql', [{}, {}, { req: { headers }, viewerId: 1 }]],
  'a tenant of a client of socket.io': ['ws', [{ handshake: { headers, auth: {} }, tenant: 'a' }]],
  'a tenant in a handshake of socket.io': ['ws', [{ handshake: { headers: { ...headers, 'x-tenant': 'a' }, auth: {} } }]],
  'a shop in a handshake of socket.io': ['ws', [{ handshake: { headers: { ...headers, 'x-shop': 'a' }, auth: {} } }]],
  'a shop in the metadata of gRPC': ['rpc', [{}, { getMap: () => ({ 'user-agent': 'grpc-node', 'x-shop': 'a' }) }]],
  ...Object.fromEntries(
    (
      'x-tenant-id x-client-id x-org-id x-uid x-sub x-subject x-roles x-groups x-forwarded-groups x-on-behalf-of x-customer-id x-member-id x-actor ' +
      'x-msisdn x-client-dn ssl_client_s_dn x-verified-dn x-remote-ident X-Tenant'
    )
      .split(' ')
      .map((name) => [`the header ${name}`, ['http', [{ headers: { ...headers, [name]: 'a' } }]]] as const),
  ),
};

const strangers: Readonly<Record<string, readonly [type: string, args: readonly unknown[]]>> = {
  'an HTTP client': ['http', [{ headers, session: undefined, user: null, raw: {} }]],
  'a client of socket.io': ['ws', [{ handshake: { headers, auth: {} }, data: {} }]],
  'a caller over TCP': ['rpc', [{}, { args: [], getPattern: () => 'sum', getSocketRef: () => undefined }]],
  'a caller over Redis': ['rpc', [{}, { args: [], getChannel: () => 'sum' }]],
  'a caller over Kafka': ['rpc', [{}, { args: [], getMessage: () => ({ headers: { kafka_correlationId: '1', traceparent: 'a' } }) }]],
  'a browser with socket.io behind a proxy': [
    'ws',
    [
      {
        handshake: {
          headers: { ...headers, connection: 'Upgrade', origin: 'https://a.example', 'accept-language': 'de', 'x-forwarded-for': '::1' },
        },
      },
    ],
  ],
  'a caller over gRPC': ['rpc', [{}, { getMap: () => ({ 'user-agent': 'grpc-node', 'grpc-accept-encoding': 'gzip', traceparent: 'a' }) }]],
  'a GraphQL client': ['graphql', [{}, {}, { req: { headers }, loaders: { users: new Map() }, dataSources: {}, pubsub: new Map() }]],
  'a GraphQL client of Mercurius': [
    'graphql',
    [{}, {}, { app: { version: '5' }, reply: { request: { headers } }, operationsCount: 1, __currentQuery: '{ a }' }],
  ],
  'a GraphQL client over graphql-ws': ['graphql', [{}, {}, { extra: { socket: {}, request: { headers } }, connectionParams: {} }]],
  'an HTTP client, with locals for the page': [
    'http',
    [{ headers }, { locals: { cspNonce: 'a', requestId: 'a', shop: null, _locals: {} } }],
  ],
  'an HTTP client of a platform with getters and methods': [
    'http',
    [
      Object.create(
        {
          get host() {
            return 'a';
          },
          get shop() {
            return null;
          },
          getShop: () => 'a',
        },
        { headers: { value: headers } },
      ),
    ],
  ],
  'a request whose body is kept': ['http', [{ headers, raw: Buffer.from('body'), rawBody: Buffer.from('body') }]],
  'headers with parts of such words': [
    'http',
    [{ headers: { ...headers, 'x-scale-factor': '2', 'x-subtitle': 'a', 'x-remember': '1', 'sec-ch-ua-groups': 'a', subscription: 'a' } }],
  ],
  'a request with symbols of tracing': ['http', [{ headers, [Symbol('opentelemetry.span')]: {}, [Symbol('requestId')]: 'a' }]],
  'services in the context of GraphQL': [
    'graphql',
    [{}, {}, { req: { headers }, loaders: new Loaders(), sources: { shops: new Loaders() } }],
  ],
  'a request with fields of loggers': ['http', [{ headers, _startAt: [1, 2], _remoteAddress: '::1', _parsedUrl: {} }]],
  'a request with an id and a logger': ['http', [{ headers, requestId: 'a', log: {}, startTime: 1 }]],
};

describe('The sign of a caller', () => {
  it('is no header that names a caller, if the key holds it or the application makes the key', () => {
    const context = contextOf('http', [{ headers: { ...headers, 'x-tenant-id': 'a' } }]);

    expect(callerSign(context, { ...contents, headers: ['x-tenant-id'] })).to.equal(undefined);
    expect(callerSign(context, { ...contents, isOwn: true })).to.equal(undefined);
  });

  it('is no language, and no function that translates, if the key holds the language', () => {
    const context = contextOf('http', [{ headers, language: 'de', t: () => 'a' }, { locals: { locale: 'de', __: () => 'a' } }]);

    expect(callerSign(context, { ...contents, localeInKey: true })).to.equal(undefined);
  });

  it('is found in each of many requests of many shapes', () => {
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 20; count++) {
        const fields = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`_field${count * index}`, 1]));
        const seen = [{ ...fields }, { ...fields, shop: 'a' }].map((request) =>
          callerSign(contextOf('http', [{ headers, ...request }]), contents),
        );

        expect(seen).to.deep.equal([undefined, 'request field shop']);
      }
    }
  });

  for (const [what, [type, args]] of Object.entries(callers)) {
    it(`is private with ${what}`, () => {
      expect(callerSign(contextOf(type, args), contents)).to.be.a('string');
    });
  }

  for (const [client, [type, args]] of Object.entries(strangers)) {
    it(`is shared without a sign of ${client}`, () => {
      expect(callerSign(contextOf(type, args), contents)).to.equal(undefined);
    });
  }
});
