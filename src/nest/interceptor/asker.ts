import type { ExecutionContext } from '@nestjs/common';
import { httpRequest } from './http-arguments';
import { qualifier } from './qualified-key';

/** Who makes a call, as far as it can be seen: a request, or the client of a gateway. */
export interface Asker {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly user?: unknown;
}

const nobody: Asker = {};

export function askerOf(context: ExecutionContext): Asker {
  switch (context.getType<string>()) {
    case 'http':
      return httpRequest(context);
    case 'ws':
      return context.switchToWs().getClient<Asker>();
    case 'graphql':
      return requestOf(context.getArgByIndex(2));
    default:
      return nobody;
  }
}

/** Whether the answer may depend on who asks. */
export function carriesCredentials({ headers, user }: Asker): boolean {
  if (user !== undefined && user !== null) return true;
  return headers !== undefined && (headers['authorization'] !== undefined || headers['cookie'] !== undefined);
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
