import { concat, defer, ignoreElements, type Observable } from 'rxjs';
import type { Cache } from '../../../domain/cache';
import { CachePlace } from '../declared/cache-target';
import type { DecoratedMethod } from '../declared/decorated-method';
import { methodName } from '../declared/method-key';
import { warnOfFailure } from '../declared/method-log';
import type { CacheEvictOptions } from '../declared/method-options';
import type { AnyFunction } from '../declared/method-types';
import { PerClass } from '../declared/per-class';
import { failedAs } from '../declared/result-kind';
import { afterResult } from './after-result';

interface Plan {
  readonly name: string;
  readonly place: CachePlace;
}

type Evict = () => Promise<void>;

/** `@CacheEvict` at run time. */
export class CacheEvictMethod {
  readonly #method: DecoratedMethod;
  readonly #original: AnyFunction;
  readonly #options: CacheEvictOptions<readonly unknown[]>;
  readonly #plans: PerClass<Plan>;

  constructor(method: DecoratedMethod, original: AnyFunction, options: CacheEvictOptions<readonly unknown[]>) {
    this.#method = method;
    this.#original = original;
    this.#options = options;
    this.#plans = new PerClass((type) => ({ name: methodName(type, method.name), place: new CachePlace(type, options) }));
  }

  invoke(self: unknown, args: unknown[]): unknown {
    const plan = this.#plans.of(self);
    const cache = plan?.place.cacheOf(self);
    const run = (): unknown => this.#original.apply(self, args);
    if (plan === undefined || cache === undefined) return run();
    const { beforeInvocation, condition } = this.#options;
    try {
      if (condition !== undefined && !condition(...args)) return run();
      const evict = this.#eviction(plan, cache, args);
      return beforeInvocation === true ? this.#before(evict, run) : afterResult(run(), { value: evict, end: evict });
    } catch (error) {
      return failedAs(this.#method.kind, error);
    }
  }

  /** Its keys are named before the method runs, which may change its arguments. */
  #eviction(plan: Plan, cache: Cache, args: unknown[]): Evict {
    const remove = this.#removal(cache, args);
    return async () => {
      try {
        await remove();
      } catch (error) {
        warnOfFailure(plan.name, '@CacheEvict', error);
      }
    };
  }

  #removal(cache: Cache, args: unknown[]): () => Promise<unknown> {
    const { key, keys } = this.#options;
    if (key !== undefined) {
      const one = typeof key === 'function' ? key(...args) : key;
      return () => cache.del(one);
    }
    if (keys === undefined) return () => cache.clear();
    const many = typeof keys === 'function' ? keys(...args) : keys;
    return () => cache.delMany(many);
  }

  #before(evict: Evict, run: () => unknown): unknown {
    if (this.#method.kind === 'promise') return evict().then(run);
    if (this.#method.kind === 'observable') return concat(defer(evict).pipe(ignoreElements()), defer(run as () => Observable<unknown>));
    // Nobody said what the method gives, so it cannot wait: layer 1 is empty when it runs, and layer 2 when its result arrives.
    const going = evict();
    const wait = (): Promise<void> => going;
    return afterResult(run(), { value: wait, end: wait });
  }
}
