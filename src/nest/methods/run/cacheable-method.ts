import { types } from 'node:util';
import type { Observable } from 'rxjs';
import type { Cache } from '../../../domain/cache';
import { isCacheFailure } from '../../../domain/cache-error';
import type { WrapOptions } from '../../../domain/options/call-options';
import type { LoadContext } from '../../../domain/reading/loader';
import { defaultRunLimit, withRunLimit } from '../../../domain/reading/run-limit';
import type { ClassLike } from '../../shared/class-like';
import { clientErrorCheckOf } from '../../shared/client-error';
import { cacheIn, CacheTarget, classConfigOf } from '../declared/cache-target';
import { type DecoratedMethod, methodName, type AnyFunction, failAs, resultKindOf } from '../declared/decorated-method';
import { warnOfFailure, onceForEach, warn, missingCache } from '../declared/method-log';
import type { CacheableOptions } from '../declared/method-options';
import { entryOptions, lifeNames } from '../declared/option-fields';
import { PerClass } from '../../shared/computed-once';
import { cachedObservable } from './cached-observable';
import { defaultKeyFunction } from '../declared/default-keys';
import { flagResult, keyResult, OptionResults, resultOptions, Unstored } from './option-results';

/** A method's configuration for the instances of one class. */
interface MethodConfig {
  readonly name: string;
  readonly target: CacheTarget;
  /** `undefined` for a call that has no key and runs uncached. */
  readonly keyOf: (cache: Cache, self: object, args: unknown[]) => string | undefined;
  readonly results: OptionResults;
  readonly wrapOptions: WrapOptions;
}

interface Call {
  readonly config: MethodConfig;
  readonly cache: Cache;
  readonly key: string;
  readonly self: unknown;
  readonly args: unknown[];
  /** The result, where the method had to run before the cache was asked. */
  readonly firstResult: unknown;
  ran: boolean;
}

/** `@Cacheable` at run time. */
export class CacheableMethod {
  readonly #method: DecoratedMethod;
  readonly #original: AnyFunction;
  readonly #options: CacheableOptions<readonly unknown[], unknown>;
  readonly #hasResultOptions: boolean;
  readonly #configs: PerClass<MethodConfig>;

  constructor(method: DecoratedMethod, original: AnyFunction, options: CacheableOptions<readonly unknown[], unknown>) {
    this.#method = method;
    this.#original = original;
    this.#options = options;
    this.#hasResultOptions = options.unless !== undefined || typeof options.ttl === 'function' || typeof options.tags === 'function';
    this.#configs = new PerClass((type) => this.#configFor(type));
  }

  invoke(self: unknown, args: unknown[]): unknown {
    const config = this.#configs.forInstance(self);
    const cache = config?.target.cacheOf(self);
    if (config === undefined) return this.#original.apply(self, args);
    if (cache === undefined) {
      missingCache.log(config.name);
      return this.#original.apply(self, args);
    }
    try {
      return this.#cached(config, cache, self, args);
    } catch (error) {
      return failAs(this.#method.resultKind, error);
    }
  }

  #cached(config: MethodConfig, cache: Cache, self: unknown, args: unknown[]): unknown {
    const { condition } = this.#options;
    if (condition !== undefined && !this.#isMet(condition, config, self, args)) return this.#original.apply(self, args);
    const key = config.keyOf(cache, self as object, args);
    if (key === undefined) return this.#original.apply(self, args);
    return this.#answer({ config, cache, key, self, args, firstResult: undefined, ran: false });
  }

  #isMet(condition: AnyFunction, { results }: MethodConfig, self: unknown, args: unknown[]): boolean {
    return results.check('condition', condition.apply(self, args), flagResult, 'the method ran uncached') === true;
  }

  #answer(call: Call): unknown {
    if (this.#method.resultKind === 'promise') return this.#promise(call);
    return this.#method.resultKind === 'observable' ? this.#observable(call) : this.#detectResultKind(call);
  }

  #promise(call: Call): Promise<unknown> {
    const load = (context: LoadContext): Promise<unknown> => this.#load(call, context);
    return call.cache.wrap(call.key, load, call.config.wrapOptions).then(undefined, (error: unknown) => this.#recover(call, error));
  }

  async #load(call: Call, context: LoadContext): Promise<unknown> {
    call.ran = true;
    try {
      const value = await this.#run(call);
      this.#applyResultOptions(call, value, context);
      return value;
    } catch (error) {
      endOlder(call, error, context);
      throw error;
    }
  }

  #recover(call: Call, error: unknown): unknown {
    if (call.ran || !isCacheFailure(error)) throw error;
    warnOfRefusal(call.config);
    return this.#run(call);
  }

  #observable(call: Call): Observable<unknown> {
    return cachedObservable({
      wrap: (load) => call.cache.wrap(call.key, load, call.config.wrapOptions),
      run: () => this.#run(call) as Observable<unknown>,
      onValue: (value, context) => this.#applyResultOptions(call, value, context),
      onError: (error, context) => endOlder(call, error, context),
      onCacheFailure: () => warnOfRefusal(call.config),
    });
  }

  /** Return type unknown (no metadata): runs the method once, uncached, to learn whether it returns a promise or an Observable. */
  #detectResultKind(call: Call): unknown {
    const returned = this.#run(call);
    const kind = resultKindOf(returned);
    if (kind === 'unknown') {
      warnOfPlainValue(this.#method);
      return returned;
    }
    this.#method.resultKind = kind;
    // The caller may get a cached value instead; a rejection of this promise is then handled by no one else.
    if (types.isPromise(returned)) returned.catch(() => undefined);
    return this.#answer({ ...call, firstResult: returned });
  }

  #run({ args, firstResult, self }: Call): unknown {
    return firstResult ?? this.#original.apply(self, args);
  }

  /** Applies the options that are functions of the result. When one of them fails, the result is returned and not stored, and an older value stays. */
  #applyResultOptions({ args, config, self }: Call, value: unknown, context: LoadContext): void {
    if (!this.#hasResultOptions) return;
    try {
      const options = resultOptions(this.#options, config.results, { self, args, value });
      if (options instanceof Unstored) {
        context.skip(options);
        return;
      }
      if (options.tags !== undefined) context.setTags(options.tags);
      if (options.ttl !== undefined) context.setTtl(options.ttl);
    } catch (error) {
      context.skip({ stale: 'keep' });
      warnOfFailure(config.name, 'storing the result', error);
    }
  }

  #configFor(type: ClassLike): MethodConfig {
    const name = methodName(type, this.#method.name);
    const results = new OptionResults('@Cacheable', name);
    const limit = defaultRunLimit('it', (message) => {
      warn(name, message);
    });
    return {
      name,
      target: new CacheTarget(type, this.#options),
      results,
      keyOf: this.#keyFunction(type, results),
      wrapOptions: withRunLimit(entryOptions(lifeNames, { ...classConfigOf(type) }, { ...this.#options }) ?? {}, limit),
    };
  }

  #keyFunction(type: ClassLike, results: OptionResults): MethodConfig['keyOf'] {
    const { key } = this.#options;
    if (key === undefined) return defaultKeyFunction(type, this.#method);
    if (typeof key === 'string') return () => key;
    return (_, self, args) => results.check('key', key.apply(self, args), keyResult, 'the method ran uncached');
  }
}

/** Deletes an older value, if the error says that the source no longer has it, such as a `NotFoundException`. */
function endOlder({ config, self }: Call, error: unknown, context: LoadContext): void {
  if (clientErrorCheckOf(cacheIn(self as object, config.target.slot))(error, true)) context.skip();
}

const warnOfRefusal = onceForEach<MethodConfig>(({ name }) => {
  warn(name, 'ran without the cache, which refused the call (logged once)');
});

const warnOfPlainValue = onceForEach<DecoratedMethod>(({ prototype, name }) => {
  warn(methodName(prototype.constructor, name), 'returns neither a promise nor an Observable, and is not cached');
});
