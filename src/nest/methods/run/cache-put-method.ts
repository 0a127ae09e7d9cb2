import type { Cache } from '../../../domain/cache';
import type { SetOptions } from '../../../domain/options/call-options';
import type { ClassLike } from '../../shared/class-like';
import { CacheTarget } from '../declared/cache-target';
import { classConfigOf } from '../declared/class-config';
import type { DecoratedMethod } from '../declared/decorated-method';
import { methodName } from '../declared/method-key';
import { warnOfFailure } from '../declared/method-log';
import type { CachePutOptions } from '../declared/method-options';
import type { AnyFunction } from '../declared/method-types';
import { entryOptions, writtenLifeNames } from '../declared/option-fields';
import { PerClass } from '../declared/per-class';
import { failAs } from '../declared/result-kind';
import { afterResult } from './after-result';

interface MethodConfig {
  readonly name: string;
  readonly target: CacheTarget;
  readonly setOptions: SetOptions | undefined;
}

/** `@CachePut` at run time. */
export class CachePutMethod {
  readonly #method: DecoratedMethod;
  readonly #original: AnyFunction;
  readonly #options: CachePutOptions<readonly unknown[], unknown>;
  readonly #configs: PerClass<MethodConfig>;

  constructor(method: DecoratedMethod, original: AnyFunction, options: CachePutOptions<readonly unknown[], unknown>) {
    this.#method = method;
    this.#original = original;
    this.#options = options;
    this.#configs = new PerClass((type) => this.#configFor(type));
  }

  invoke(self: unknown, args: unknown[]): unknown {
    const config = this.#configs.forInstance(self);
    const cache = config?.target.cacheOf(self);
    if (config === undefined || cache === undefined) return this.#original.apply(self, args);
    const { condition, key } = this.#options;
    try {
      if (condition !== undefined && !condition(...args)) return this.#original.apply(self, args);
      // Before the method runs, because it may change its arguments.
      const name = typeof key === 'function' ? key(...args) : key;
      const value = (result: unknown): Promise<void> => this.#put(config, cache, name, result, args);
      return afterResult(this.#original.apply(self, args), { value, end: async () => undefined });
    } catch (error) {
      return failAs(this.#method.resultKind, error);
    }
  }

  async #put(config: MethodConfig, cache: Cache, key: string, result: unknown, args: unknown[]): Promise<void> {
    try {
      if (this.#options.unless?.(result, ...args) === true) return;
      await cache.set(key, result, this.#optionsFor(config, result, args));
    } catch (error) {
      warnOfFailure(config.name, '@CachePut', error);
    }
  }

  #optionsFor({ setOptions }: MethodConfig, result: unknown, args: unknown[]): SetOptions | undefined {
    const { tags, ttl } = this.#options;
    if (typeof tags !== 'function' && typeof ttl !== 'function') return setOptions;
    return {
      ...setOptions,
      ...(typeof tags === 'function' && { tags: tags(...args) }),
      ...(typeof ttl === 'function' && { ttl: ttl(result, ...args) }),
    };
  }

  #configFor(type: ClassLike): MethodConfig {
    return {
      name: methodName(type, this.#method.name),
      target: new CacheTarget(type, this.#options),
      setOptions: entryOptions(writtenLifeNames, { ...classConfigOf(type) }, { ...this.#options }),
    };
  }
}
