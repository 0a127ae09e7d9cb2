import type { ExecutionContext } from '@nestjs/common';
import { httpRequest } from '../response/http-exchange';
import { qualifier } from './qualified-key';

/** Who makes a call, as far as it can be seen. */
export interface Asker {
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  readonly user?: unknown;
  /** What a server keeps for a visitor, who may not have a cookie yet; or what a client said of itself when it connected. */
  readonly session?: unknown;
}

interface Request extends Asker {
  /** Fastify: Node's own request, on which middleware works. */
  readonly raw?: Asker;
}

/** Of socket.io; others have less. */
interface GatewayClient extends Asker {
  readonly handshake?: { readonly headers?: Asker['headers']; readonly auth?: object };
  readonly data?: { readonly user?: unknown };
}

/** Of gRPC. */
interface Metadata {
  getMap?(): Asker['headers'];
}

const nobody: Asker = {};

export function askerOf(context: ExecutionContext): Asker {
  switch (context.getType<string>()) {
    case 'http':
      return requester(httpRequest(context));
    case 'ws':
      return clientOf(context.switchToWs().getClient<GatewayClient>());
    case 'rpc':
      return { headers: context.switchToRpc().getContext<Metadata | undefined>()?.getMap?.() };
    case 'graphql':
      return requestOf(context.getArgByIndex(2));
    default:
      return nobody;
  }
}

/** Whether the answer may depend on who asks. */
export function carriesCredentials({ headers, session, user }: Asker): boolean {
  if (isThere(user) || isThere(session)) return true;
  return headers !== undefined && (headers['authorization'] !== undefined || headers['cookie'] !== undefined);
}

function isThere(what: unknown): boolean {
  return what !== undefined && what !== null;
}

function requester(request: Request): Asker {
  const { raw } = request;
  if (raw === undefined) return request;
  return { headers: request.headers, user: request.user ?? raw.user, session: request.session ?? raw.session };
}

function clientOf(client: GatewayClient): Asker {
  const { data, handshake, headers, session, user } = client;
  const { auth } = handshake ?? {};
  const told = auth === undefined || Object.keys(auth).length === 0 ? undefined : auth;
  return { headers: handshake?.headers ?? headers, user: user ?? data?.user, session: session ?? told };
}

/** What may name a user, in the order in which it is looked for. */
const claims = ['id', 'sub', 'userId', '_id', 'uid'] as const;

/** Names the user by the claim and its value, so that an `id` is not taken for a `sub`; `undefined` when there is none. */
export function userQualifier({ user }: Asker): string | undefined {
  if (typeof user !== 'object' || user === null) return undefined;
  for (const claim of claims) {
    const text = textOf((user as Readonly<Record<string, unknown>>)[claim]);
    if (text !== undefined) return `${claim}=${qualifier(text)}`;
  }
  return undefined;
}

/** Servers of GraphQL put the request at different places of their context. */
function requestOf(context: unknown): Asker {
  if (typeof context !== 'object' || context === null) return nobody;
  const { req, request, reply } = context as { req?: Asker; request?: Asker; reply?: { request?: Asker } };
  return req ?? request ?? reply?.request ?? nobody;
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
