import type { Cache } from '../../../domain/cache';
import type { SetOptions } from '../../../domain/options/call-options';
import { writtenLifeNames } from '../../../domain/options/life-options';
import type { ClassLike } from '../../shared/class-like';
import { CacheTarget, classConfigOf } from '../declared/cache-target';
import { type DecoratedMethod, methodName, type AnyFunction, failAs } from '../declared/decorated-method';
import { warnOfFailure } from '../declared/method-log';
import type { CachePutOptions } from '../declared/method-options';
import { entryOptions } from '../declared/option-fields';
import { PerClass } from '../../shared/computed-once';
import { afterResult } from './after-result';
import { flagResult, keyResult, OptionResults, type MethodResult, notStored, resultOptions, Unstored } from './option-results';

interface MethodConfig {
  readonly name: string;
  readonly target: CacheTarget;
  readonly setOptions: SetOptions | undefined;
  readonly results: OptionResults;
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
    try {
      const key = this.#keyFor(config, self, args);
      if (key === undefined) return this.#original.apply(self, args);
      const value = (result: unknown): Promise<void> => this.#put(config, cache, key, { self, args, value: result });
      return afterResult(this.#original.apply(self, args), { value, end: async () => undefined });
    } catch (error) {
      return failAs(this.#method.resultKind, error);
    }
  }

  /** Called before the method runs, because it may change its arguments. `undefined` when nothing is to be stored. */
  #keyFor({ results }: MethodConfig, self: unknown, args: unknown[]): string | undefined {
    const { condition, key } = this.#options;
    if (condition !== undefined && results.check('condition', condition.apply(self, args), flagResult, notStored) !== true)
      return undefined;
    return typeof key === 'string' ? key : results.check('key', key.apply(self, args), keyResult, notStored);
  }

  async #put(config: MethodConfig, cache: Cache, key: string, result: MethodResult): Promise<void> {
    try {
      const options = resultOptions(this.#options, config.results, result);
      if (!(options instanceof Unstored)) await cache.set(key, result.value, { ...config.setOptions, ...options });
    } catch (error) {
      warnOfFailure(config.name, '@CachePut', error);
    }
  }

  #configFor(type: ClassLike): MethodConfig {
    const name = methodName(type, this.#method.name);
    return {
      name,
      results: new OptionResults('@CachePut', name),
      target: new CacheTarget(type, this.#options),
      setOptions: entryOptions(writtenLifeNames, { ...classConfigOf(type) }, { ...this.#options }),
    };
  }
}
