import { concat, defer, ignoreElements, type Observable } from 'rxjs';
import type { Cache } from '../../../domain/cache';
import { mostTags } from '../../../domain/options/call-options';
import { CacheTarget } from '../declared/cache-target';
import { type DecoratedMethod, methodName, type AnyFunction, failAs } from '../declared/decorated-method';
import { warnOfFailure } from '../declared/method-log';
import type { CacheEvictOptions } from '../declared/method-options';
import { PerClass } from '../../shared/computed-once';
import { afterResult } from './after-result';
import { flagResult, keyResult, listResult, OptionResults, tagListResult, type ResultType } from './option-results';

interface MethodConfig {
  readonly name: string;
  readonly target: CacheTarget;
  readonly results: OptionResults;
}

type Evict = () => Promise<void>;

/** `@CacheEvict` at run time. */
export class CacheEvictMethod {
  readonly #method: DecoratedMethod;
  readonly #original: AnyFunction;
  readonly #options: CacheEvictOptions<readonly unknown[]>;
  readonly #configs: PerClass<MethodConfig>;

  constructor(method: DecoratedMethod, original: AnyFunction, options: CacheEvictOptions<readonly unknown[]>) {
    this.#method = method;
    this.#original = original;
    this.#options = options;
    this.#configs = new PerClass((type) => {
      const name = methodName(type, method.name);
      return { name, target: new CacheTarget(type, options), results: new OptionResults('@CacheEvict', name) };
    });
  }

  invoke(self: unknown, args: unknown[]): unknown {
    const config = this.#configs.forInstance(self);
    const cache = config?.target.cacheOf(self);
    const run = (): unknown => this.#original.apply(self, args);
    if (config === undefined || cache === undefined) return run();
    const { beforeInvocation, condition } = this.#options;
    try {
      if (condition !== undefined && !this.#isMet(condition, config, self, args)) return run();
      const evict = this.#eviction(config, cache, self, args);
      return beforeInvocation === true ? this.#before(evict, run) : afterResult(run(), { value: evict, end: evict });
    } catch (error) {
      return failAs(this.#method.resultKind, error);
    }
  }

  /** Deletes too much rather than too little: `false` alone prevents it. */
  #isMet(condition: AnyFunction, { results }: MethodConfig, self: unknown, args: unknown[]): boolean {
    return results.check('condition', condition.apply(self, args), flagResult, 'the entries are deleted') !== false;
  }

  /** Keys are computed before the method runs, because it may change its arguments. */
  #eviction(config: MethodConfig, cache: Cache, self: unknown, args: unknown[]): Evict {
    const remove = this.#removal(config, cache, self, args);
    return async () => {
      try {
        await remove();
      } catch (error) {
        warnOfFailure(config.name, '@CacheEvict', error);
      }
    };
  }

  #removal({ results }: MethodConfig, cache: Cache, self: unknown, args: unknown[]): () => Promise<unknown> {
    const { key, keys, mode = 'remove', tags } = this.#options;
    if (key !== undefined) {
      const one = typeof key === 'function' ? results.check('key', key.apply(self, args), keyResult, 'nothing was deleted') : key;
      return async () => (one === undefined ? undefined : remove(cache, one, mode));
    }
    if (tags !== undefined) {
      const portions = portionsOf(typeof tags === 'function' ? namesIn('tags', tags.apply(self, args), tagListResult, results) : tags);
      return () => Promise.all(portions.map((portion) => cache.delByTag(portion, { mode })));
    }
    if (keys === undefined) return () => cache.clear();
    const many = typeof keys === 'function' ? namesIn('keys', keys.apply(self, args), listResult, results) : keys;
    return mode === 'remove' ? async () => cache.delMany(many) : () => Promise.all(many.map((one) => cache.expire(one)));
  }

  #before(evict: Evict, run: () => unknown): unknown {
    if (this.#method.resultKind === 'promise') return evict().then(run);
    if (this.#method.resultKind === 'observable')
      return concat(defer(evict).pipe(ignoreElements()), defer(run as () => Observable<unknown>));
    // The return type is unknown, so the method cannot be delayed: L1 is evicted when it runs, and L2 when its result arrives.
    const evicting = evict();
    const wait = (): Promise<void> => evicting;
    return afterResult(run(), { value: wait, end: wait });
  }
}

function remove(cache: Cache, key: string, mode: 'remove' | 'expire'): Promise<unknown> {
  return mode === 'remove' ? cache.del(key) : cache.expire(key);
}

/** The keys or tags in the result of a function, without items that are none. */
function namesIn(
  option: 'keys' | 'tags',
  returned: unknown,
  type: ResultType<readonly string[]>,
  results: OptionResults,
): readonly string[] {
  const valid: readonly string[] = Array.isArray(returned) ? returned.filter((item) => type.accepts([item])) : [];
  const consequence = valid.length === 0 ? 'nothing was deleted' : `only the other ${option} were deleted`;
  return results.check(option, returned, type, consequence) ?? valid;
}

/** Lists of as many tags as one call accepts. */
function portionsOf(tags: readonly string[]): (readonly string[])[] {
  const unique = [...new Set(tags)];
  return Array.from({ length: Math.ceil(unique.length / mostTags) }, (_, index) => unique.slice(index * mostTags, (index + 1) * mostTags));
}
