import type { ExecutionContext } from '@nestjs/common';
import { expect } from 'chai';
import { callerOf, carriesCredentials } from '../../../../src/nest/http/key/caller';

function contextOf(type: string, args: readonly unknown[]): ExecutionContext {
  const at = (index: number) => args[index];
  return {
    getType: () => type,
    getArgByIndex: at,
    switchToWs: () => ({ getClient: () => at(0), getData: () => at(1) }),
    switchToRpc: () => ({ getData: () => at(0), getContext: () => at(1) }),
  } as unknown as ExecutionContext;
}

const headers = { host: 'example.com' };

/** Where each kind of server keeps what tells users apart. */
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
  'a token in the metadata of gRPC': ['rpc', [{}, { getMap: () => ({ authorization: 'Bearer a' }) }]],
};

const strangers: Readonly<Record<string, readonly [type: string, args: readonly unknown[]]>> = {
  'an HTTP client': ['http', [{ headers, session: undefined, user: null, raw: {} }]],
  'a client of socket.io': ['ws', [{ handshake: { headers, auth: {} }, data: {} }]],
  'a plain WebSocket': ['ws', [{}]],
  'a caller over TCP': ['rpc', [{}, { getPattern: () => 'sum' }]],
  'a caller without a context': ['rpc', [{}, undefined]],
};

describe('Whose a call is', () => {
  for (const [what, [type, args]] of Object.entries(callers)) {
    it(`is somebody's who brings ${what}`, () => {
      expect(carriesCredentials(callerOf(contextOf(type, args)))).to.equal(true);
    });
  }

  for (const [who, [type, args]] of Object.entries(strangers)) {
    it(`is nobody's of ${who} who says nothing of himself`, () => {
      expect(carriesCredentials(callerOf(contextOf(type, args)))).to.equal(false);
    });
  }
});
