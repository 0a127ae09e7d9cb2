import type { ExecutionContext } from '@nestjs/common';
import { httpRequest } from '../response/http-exchange';
import { qualifier } from './qualified-key';

/** Who makes a call, as far as it can be seen. */
export interface Caller {
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  readonly user?: unknown;
  /** What a server keeps for a visitor, who may not have a cookie yet; or what a client said of itself when it connected. */
  readonly session?: unknown;
}

interface Request extends Caller {
  /** Fastify: Node's own request, on which middleware works. */
  readonly raw?: Caller;
}

/** Of socket.io; others have less. */
interface GatewayClient extends Caller {
  readonly handshake?: { readonly headers?: Caller['headers']; readonly auth?: object };
  readonly data?: { readonly user?: unknown };
}

/** Of gRPC. */
interface Metadata {
  getMap?(): Caller['headers'];
}

const unknownCaller: Caller = {};

export function callerOf(context: ExecutionContext): Caller {
  switch (context.getType<string>()) {
    case 'http':
      return httpCaller(httpRequest(context));
    case 'ws':
      return socketCaller(context.switchToWs().getClient<GatewayClient>());
    case 'rpc':
      return { headers: context.switchToRpc().getContext<Metadata | undefined>()?.getMap?.() };
    case 'graphql':
      return graphqlCaller(context.getArgByIndex(2));
    default:
      return unknownCaller;
  }
}

/** Whether the answer may depend on who asks. */
export function carriesCredentials({ headers, session, user }: Caller): boolean {
  if (isPresent(user) || isPresent(session)) return true;
  return headers !== undefined && (headers['authorization'] !== undefined || headers['cookie'] !== undefined);
}

function isPresent(what: unknown): boolean {
  return what !== undefined && what !== null;
}

function httpCaller(request: Request): Caller {
  const { raw } = request;
  if (raw === undefined) return request;
  return { headers: request.headers, user: request.user ?? raw.user, session: request.session ?? raw.session };
}

function socketCaller(client: GatewayClient): Caller {
  const { data, handshake, headers, session, user } = client;
  const { auth } = handshake ?? {};
  const told = auth === undefined || Object.keys(auth).length === 0 ? undefined : auth;
  return { headers: handshake?.headers ?? headers, user: user ?? data?.user, session: session ?? told };
}

/** What may name a user, in the order in which it is looked for. */
const claims = ['id', 'sub', 'userId', '_id', 'uid'] as const;

/** Names the user by the claim and its value, so that an `id` is not taken for a `sub`; `undefined` when there is none. */
export function userQualifier({ user }: Caller): string | undefined {
  if (typeof user !== 'object' || user === null) return undefined;
  for (const claim of claims) {
    const text = textOf((user as Readonly<Record<string, unknown>>)[claim]);
    if (text !== undefined) return `${claim}=${qualifier(text)}`;
  }
  return undefined;
}

/** Servers of GraphQL put the request at different places of their context. */
function graphqlCaller(context: unknown): Caller {
  if (typeof context !== 'object' || context === null) return unknownCaller;
  const { req, request, reply } = context as { req?: Caller; request?: Caller; reply?: { request?: Caller } };
  return req ?? request ?? reply?.request ?? unknownCaller;
}

/** An id as text: that of a number is also that of a string. */
function textOf(id: unknown): string | undefined {
  if (typeof id === 'string') return id === '' ? undefined : id;
  if (typeof id === 'bigint' || (typeof id === 'number' && Number.isFinite(id))) return String(id);
  return isObjectId(id) ? id.toHexString() : undefined;
}

/** That of MongoDB. */
function isObjectId(id: unknown): id is { toHexString(): string } {
  return typeof id === 'object' && id !== null && typeof (id as { toHexString?: unknown }).toHexString === 'function';
}
