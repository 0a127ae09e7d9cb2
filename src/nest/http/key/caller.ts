import { isCompleteName } from '../../../domain/entry/complete-name';
import type { ExecutionContext } from '@nestjs/common';
import { httpRequest } from '../response/http-exchange';
import { qualifier } from './request-key';

interface WithUser {
  readonly user?: unknown;
}

interface HttpRequestWithUser extends WithUser {
  /** Fastify: the request of Node, which middleware changes. */
  readonly raw?: WithUser;
}

/** socket.io; other libraries have less. */
interface SocketWithUser extends WithUser {
  readonly data?: WithUser;
}

/** The user of a call, as set by a guard, middleware or gateway. */
export function userOf(context: ExecutionContext): unknown {
  switch (context.getType<string>()) {
    case 'http': {
      const request = httpRequest<HttpRequestWithUser>(context);
      return request.user ?? request.raw?.user;
    }
    case 'ws': {
      const client = context.switchToWs().getClient<SocketWithUser>();
      return client.user ?? client.data?.user;
    }
    case 'rpc':
      return context.switchToRpc().getContext<WithUser | undefined>()?.user;
    case 'graphql': {
      const graphql: unknown = context.getArgByIndex(2);
      return (graphqlRequest(graphql) as WithUser | undefined)?.user ?? (graphql as WithUser | undefined)?.user;
    }
    default:
      return undefined;
  }
}

/** The places of a request in the context of a GraphQL resolver. */
interface GraphqlRequests {
  readonly req?: object;
  readonly request?: object;
  /** Mercurius. */
  readonly reply?: { readonly request?: object };
  /** `graphql-ws`. */
  readonly extra?: { readonly request?: object };
}

/** The request in the context of a GraphQL resolver. Each server has a different place for it. */
export function graphqlRequest(context: unknown): object | undefined {
  if (typeof context !== 'object' || context === null) return undefined;
  const { extra, reply, req, request } = context as GraphqlRequests;
  return req ?? request ?? reply?.request ?? extra?.request;
}

/** The claims that may name a user, in the order of the search. */
const claims = ['id', 'sub', 'userId', '_id', 'uid'] as const;

/** The claim and its value, so that an `id` never equals a `sub`; `undefined` if there is none. */
export function userQualifier(user: unknown): string | undefined {
  if (typeof user !== 'object' || user === null) return undefined;
  for (const claim of claims) {
    const text = textOf((user as Readonly<Record<string, unknown>>)[claim]);
    if (text !== undefined) return `${claim}=${qualifier(text)}`;
  }
  return undefined;
}

/** An id as text: the number 7 and the string '7' are the same id. */
function textOf(id: unknown): string | undefined {
  if (typeof id === 'string') return isCompleteName(id) ? id : undefined;
  if (typeof id === 'bigint' || (typeof id === 'number' && Number.isFinite(id))) return String(id);
  return isObjectId(id) ? id.toHexString() : undefined;
}

/** MongoDB. */
function isObjectId(id: unknown): id is { toHexString(): string } {
  return typeof id === 'object' && id !== null && typeof (id as { toHexString?: unknown }).toHexString === 'function';
}
