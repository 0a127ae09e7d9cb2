import { type ExecutionContext, Logger } from '@nestjs/common';
import type { TtlOption } from '../../../domain/options/options';
import type { SkipOptions } from '../../../domain/reading/loader';
import { logOnce } from '../../../domain/shared/log-once';
import type { CacheKeyFactory, CacheTtlFactory } from '../../decorators/handler.decorators';
import { describeReturned, expectedTtl, isPromiseLike, isTtl, returnedString } from '../../shared/returned-value';

/** A warning of the interceptor, also of its other files. */
export function logWarning(message: string): void {
  Logger.warn(message, 'CacheableInterceptor');
}

/** Calls a function from a decorator for a name. An invalid result becomes `undefined` and is logged once. */
export type CheckedFactory = (context: ExecutionContext) => string | undefined | Promise<string | undefined>;

export function checkedFactory<T extends string>(
  decorator: string,
  name: string,
  given: T | CacheKeyFactory | undefined,
): T | CheckedFactory | undefined {
  if (typeof given !== 'function') return given;
  const check = returnedString(`${decorator} on ${name}`, logWarning);
  return (context) => {
    const returned: unknown = given(context);
    return isPromiseLike(returned) ? Promise.resolve(returned).then((settled: unknown) => check(settled)) : check(returned);
  };
}

/** The load whose entry gets the ttl. */
export interface TtlTarget {
  /** Throws for a ttl that is not valid. */
  setTtl(ttl: TtlOption): void;
  skip(options: SkipOptions): void;
  /** Whether a value that `@CacheTTL` returned is a ttl of this cache. */
  readonly acceptsTtl?: (returned: unknown) => returned is TtlOption;
}

/**
 * Sets the ttl that a `@CacheTTL` function returns. If the function throws or returns anything else, the response is not stored; this is logged
 * once.
 */
export type SetTtl = (load: TtlTarget, call: ExecutionContext) => Promise<void>;

/** @param name - class and method, for the log */
export function checkedTtl(name: string, given: TtlOption | CacheTtlFactory | undefined): TtlOption | SetTtl | undefined {
  if (typeof given !== 'function') return given;
  const warnOnce = logOnce(logWarning);
  return async (load, call) => {
    const problem = await setReturnedTtl(given, load, call);
    if (problem === undefined) return;
    load.skip({ stale: 'keep' });
    warnOnce(`@CacheTTL on ${name} ${problem}; such an answer is not stored`);
  };
}

/** @returns the problem, for the log */
async function setReturnedTtl(ttlOf: CacheTtlFactory, load: TtlTarget, call: ExecutionContext): Promise<string | undefined> {
  const accepts = load.acceptsTtl ?? isTtl;
  try {
    const returned: unknown = await ttlOf(call);
    if (!accepts(returned)) return `returned ${describeReturned(returned)}, expected ${expectedTtl}`;
    load.setTtl(returned);
    return undefined;
  } catch (error) {
    return `failed: ${String(error)}`;
  }
}
