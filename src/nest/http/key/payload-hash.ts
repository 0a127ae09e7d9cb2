import { createHash } from 'node:crypto';
import type { ExecutionContext } from '@nestjs/common';
import { canonicalArguments } from '../../shared/canonical-arguments';
import { httpRequest } from '../response/http-exchange';
import type { RouteInputs } from '../route/handler-parameters';

interface Request {
  readonly body?: unknown;
  readonly params?: object;
  readonly query?: Readonly<Record<string, unknown>>;
}

/**
 * A hash of the payload of a call: body, declared parts of the URL, message or GraphQL arguments. `undefined` if there is none.
 * @throws CacheError `CACHE_KEY_INVALID` for a value that cannot be compared, such as a stream
 */
export function payloadHash(context: ExecutionContext, inputs: RouteInputs): string | undefined {
  const payload = payloadOf(context);
  const url = context.getType() === 'http' ? urlInputs(httpRequest<Request>(context), inputs) : undefined;
  if (isEmpty(payload) && url === undefined) return undefined;
  return createHash('sha256')
    .update(canonicalArguments([payload, url], 'CacheableInterceptor'))
    .digest('base64url');
}

function urlInputs(request: Request, inputs: RouteInputs): object | undefined {
  if (!inputs.params && inputs.query.length === 0) return undefined;
  const { params = {}, query = {} } = request;
  const taken = inputs.params ? { ...params } : {};
  const names = inputs.query === 'all' ? Object.keys(query) : inputs.query.filter((name) => query[name] !== undefined);
  if (names.length === 0) return isEmpty(taken) ? undefined : { params: taken };
  return { params: taken, query: Object.fromEntries(names.map((name) => [name, query[name]])) };
}

function payloadOf(context: ExecutionContext): unknown {
  switch (context.getType<string>()) {
    case 'http':
      return httpRequest<Request>(context).body;
    case 'rpc':
      return context.switchToRpc().getData();
    case 'ws':
      return context.switchToWs().getData();
    default:
      return fieldPayload(context.getArgByIndex(0), context.getArgByIndex(1));
  }
}

/** A resolver of a field depends on the object that has the field. */
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
