import type { ExecutionContext } from '@nestjs/common';
import { httpRequest } from '../response/http-exchange';
import { qualifier } from './qualified-key';

interface WithUser {
  readonly user?: unknown;
}

interface HttpRequestWithUser extends WithUser {
  /** Fastify: Node's own request, which middleware works on. */
  readonly raw?: WithUser;
}

/** Of socket.io; other libraries have less. */
interface SocketWithUser extends WithUser {
  readonly data?: WithUser;
}

/** What a guard, middleware or gateway has left as the user of a call. */
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

/** The request in the context of a GraphQL resolver: each server puts it somewhere else. */
export function graphqlRequest(context: unknown): object | undefined {
  if (typeof context !== 'object' || context === null) return undefined;
  const { req, request, reply } = context as { req?: object; request?: object; reply?: { request?: object } };
  return req ?? request ?? reply?.request;
}

/** What may name a user, in the order in which it is looked for. */
const claims = ['id', 'sub', 'userId', '_id', 'uid'] as const;

/** Names the user by the claim and its value, so that an `id` is not taken for a `sub`; `undefined` when there is none. */
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
  if (typeof id === 'string') return id === '' ? undefined : id;
  if (typeof id === 'bigint' || (typeof id === 'number' && Number.isFinite(id))) return String(id);
  return isObjectId(id) ? id.toHexString() : undefined;
}

/** That of MongoDB. */
function isObjectId(id: unknown): id is { toHexString(): string } {
  return typeof id === 'object' && id !== null && typeof (id as { toHexString?: unknown }).toHexString === 'function';
}
