import type { Cache } from '../../../domain/cache';
import type { SetOptions } from '../../../domain/options/call-options';
import type { ClassLike } from '../../shared/class-like';
import { CachePlace } from '../declared/cache-target';
import { configOf } from '../declared/class-config';
import type { DecoratedMethod } from '../declared/decorated-method';
import { methodName } from '../declared/method-key';
import { warnOfFailure } from '../declared/method-log';
import type { CachePutOptions } from '../declared/method-options';
import type { AnyFunction } from '../declared/method-types';
import { entryOptions, writtenLifeNames } from '../declared/option-fields';
import { PerClass } from '../declared/per-class';
import { failedAs } from '../declared/result-kind';
import { afterResult } from './after-result';

interface Plan {
  readonly name: string;
  readonly place: CachePlace;
  readonly setOptions: SetOptions | undefined;
}

/** `@CachePut` at run time. */
export class CachePutMethod {
  readonly #method: DecoratedMethod;
  readonly #original: AnyFunction;
  readonly #options: CachePutOptions<readonly unknown[], unknown>;
  readonly #plans: PerClass<Plan>;

  constructor(method: DecoratedMethod, original: AnyFunction, options: CachePutOptions<readonly unknown[], unknown>) {
    this.#method = method;
    this.#original = original;
    this.#options = options;
    this.#plans = new PerClass((type) => this.#planFor(type));
  }

  invoke(self: unknown, args: unknown[]): unknown {
    const plan = this.#plans.of(self);
    const cache = plan?.place.cacheOf(self);
    if (plan === undefined || cache === undefined) return this.#original.apply(self, args);
    const { condition, key } = this.#options;
    try {
      if (condition !== undefined && !condition(...args)) return this.#original.apply(self, args);
      // Before the method runs, which may change its arguments.
      const name = typeof key === 'function' ? key(...args) : key;
      const value = (result: unknown): Promise<void> => this.#put(plan, cache, name, result, args);
      return afterResult(this.#original.apply(self, args), { value, end: async () => undefined });
    } catch (error) {
      return failedAs(this.#method.kind, error);
    }
  }

  async #put(plan: Plan, cache: Cache, key: string, result: unknown, args: unknown[]): Promise<void> {
    try {
      if (this.#options.unless?.(result, ...args) === true) return;
      await cache.set(key, result, this.#optionsFor(plan, result, args));
    } catch (error) {
      warnOfFailure(plan.name, '@CachePut', error);
    }
  }

  #optionsFor({ setOptions }: Plan, result: unknown, args: unknown[]): SetOptions | undefined {
    const { tags, ttl } = this.#options;
    if (typeof tags !== 'function' && typeof ttl !== 'function') return setOptions;
    return {
      ...setOptions,
      ...(typeof tags === 'function' && { tags: tags(...args) }),
      ...(typeof ttl === 'function' && { ttl: ttl(result, ...args) }),
    };
  }

  #planFor(type: ClassLike): Plan {
    return {
      name: methodName(type, this.#method.name),
      place: new CachePlace(type, this.#options),
      setOptions: entryOptions(writtenLifeNames, { ...configOf(type) }, { ...this.#options }),
    };
  }
}
