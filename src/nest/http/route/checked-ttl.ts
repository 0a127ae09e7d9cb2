import { Logger, type ExecutionContext } from '@nestjs/common';
import type { TtlOption } from '../../../domain/options/options';
import type { SkipOptions } from '../../../domain/reading/loader';
import { logOnce } from '../../../domain/shared/log-once';
import type { CacheTtlFactory } from '../../decorators/handler.decorators';
import { describeReturned, expectedTtl, isTtl } from '../../shared/returned-value';

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
  const warnOnce = logOnce((message) => {
    Logger.warn(message, 'CacheableInterceptor');
  });
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
