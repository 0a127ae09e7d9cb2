import type { ExecutionContext } from '@nestjs/common';
import type { CheckedFactory, RouteConfig } from '../route/route-config';

type Key = string | undefined | Promise<string | undefined>;

/**
 * The key of a call without its qualifiers: by `@CacheKey` on the handler, or else made of the request, after the prefix by `@CacheKey` on the
 * controller.
 */
export function baseKey({ key, prefix }: RouteConfig, context: ExecutionContext, requestKey: () => string | undefined): Key {
  const own = key === undefined ? requestKey() : resolved(key, context);
  return prefix === undefined || own === undefined ? own : prefixed(prefix, own, context);
}

function resolved(key: string | CheckedFactory, context: ExecutionContext): Key {
  return typeof key === 'function' ? key(context) : key;
}

async function prefixed(prefix: string | CheckedFactory, own: Key, context: ExecutionContext): Promise<string | undefined> {
  const [first, second] = [await resolved(prefix, context), await own];
  return first === undefined || second === undefined ? undefined : `${first}:${second}`;
}
