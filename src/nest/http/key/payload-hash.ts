import { createHash } from 'node:crypto';
import type { ExecutionContext } from '@nestjs/common';
import { canonicalArguments } from '../../shared/canonical-arguments';
import { httpRequest } from '../response/http-exchange';

/**
 * A hash of what a call carries besides its name: body, message or GraphQL arguments. `undefined` when that is nothing.
 * @throws CacheError `CACHE_KEY_INVALID` for what cannot be compared, such as a stream
 */
export function payloadHash(context: ExecutionContext): string | undefined {
  const payload = payloadOf(context);
  if (isEmpty(payload)) return undefined;
  return createHash('sha256')
    .update(canonicalArguments([payload], 'CacheableInterceptor'))
    .digest('base64url');
}

function payloadOf(context: ExecutionContext): unknown {
  switch (context.getType<string>()) {
    case 'http':
      return httpRequest<{ body?: unknown }>(context).body;
    case 'rpc':
      return context.switchToRpc().getData();
    case 'ws':
      return context.switchToWs().getData();
    default:
      return fieldPayload(context.getArgByIndex(0), context.getArgByIndex(1));
  }
}

/** A field's value depends on the object that it is a field of. */
function fieldPayload(parent: unknown, args: unknown): unknown {
  return isEmpty(parent) ? args : { parent, args };
}

function isEmpty(payload: unknown): boolean {
  if (payload === undefined || payload === null || payload === '') return true;
  if (typeof payload !== 'object') return false;
  if (ArrayBuffer.isView(payload)) return payload.byteLength === 0;
  const prototype: unknown = Object.getPrototypeOf(payload);
  return (prototype === Object.prototype || prototype === null) && Object.keys(payload).length === 0;
}
