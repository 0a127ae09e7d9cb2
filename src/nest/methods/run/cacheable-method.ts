import { types } from 'node:util';
import type { Observable } from 'rxjs';
import type { Cache } from '../../../domain/cache';
import type { WrapOptions } from '../../../domain/options/call-options';
import type { LoadContext } from '../../../domain/reading/loader';
import { atLevel } from '../../../domain/reading/reentrancy';
import type { ClassLike } from '../../shared/class-like';
import { isUnwell } from '../../shared/unwell';
import { CachePlace } from '../declared/cache-target';
import { configOf } from '../declared/class-config';
import type { DecoratedMethod } from '../declared/decorated-method';
import { defaultKey, keyName, methodName } from '../declared/method-key';
import { warnOfFailure, onceForEach, warn } from '../declared/method-log';
import type { CacheableOptions } from '../declared/method-options';
import type { AnyFunction } from '../declared/method-types';
import { entryOptions, lifeNames } from '../declared/option-fields';
import { PerClass } from '../declared/per-class';
import { failedAs, kindOf } from '../declared/result-kind';
import { cachedObservable } from './cached-observable';
import { isLoading, loading } from './reentrancy';

/** What a method is in one class. */
interface Plan {
  readonly name: string;
  readonly place: CachePlace;
  readonly keyOf: (args: unknown[]) => string;
  readonly wrapOptions: WrapOptions;
}

interface Call {
  readonly plan: Plan;
  readonly cache: Cache;
  readonly key: string;
  readonly self: unknown;
  readonly args: unknown[];
  /** What the method gave already, where it had to run first. */
  readonly returned: unknown;
  ran: boolean;
}

/** `@Cacheable` at run time. */
export class CacheableMethod {
  readonly #method: DecoratedMethod;
  readonly #original: AnyFunction;
  readonly #options: CacheableOptions<readonly unknown[], unknown>;
  readonly #asksAfterwards: boolean;
  readonly #plans: PerClass<Plan>;

  constructor(method: DecoratedMethod, original: AnyFunction, options: CacheableOptions<readonly unknown[], unknown>) {
    this.#method = method;
    this.#original = original;
    this.#options = options;
    this.#asksAfterwards = options.unless !== undefined || typeof options.ttl === 'function' || typeof options.tags === 'function';
    this.#plans = new PerClass((type) => this.#planFor(type));
  }

  invoke(self: unknown, args: unknown[]): unknown {
    const plan = this.#plans.of(self);
    const cache = plan?.place.cacheOf(self);
    if (plan === undefined || cache === undefined) return this.#original.apply(self, args);
    try {
      return this.#cached(plan, cache, self, args);
    } catch (error) {
      return failedAs(this.#method.kind, error);
    }
  }

  #cached(plan: Plan, cache: Cache, self: unknown, args: unknown[]): unknown {
    const { condition } = this.#options;
    if (condition !== undefined && !condition(...args)) return this.#original.apply(self, args);
    const key = plan.keyOf(args);
    if (isLoading(cache, key)) return this.#original.apply(self, args);
    return this.#answer({ plan, cache, key, self, args, returned: undefined, ran: false });
  }

  #answer(call: Call): unknown {
    if (this.#method.kind === 'promise') return this.#promise(call);
    return this.#method.kind === 'observable' ? this.#observable(call) : this.#learn(call);
  }

  #promise(call: Call): Promise<unknown> {
    const load = (context: LoadContext): Promise<unknown> => this.#load(call, context);
    return call.cache.wrap(call.key, load, call.plan.wrapOptions).then(undefined, (error: unknown) => this.#recover(call, error));
  }

  async #load(call: Call, context: LoadContext): Promise<unknown> {
    call.ran = true;
    const value = await this.#run(call);
    this.#judge(call, value, context);
    return value;
  }

  #recover(call: Call, error: unknown): unknown {
    if (call.ran || !isUnwell(error)) throw error;
    complainOnce(call.plan);
    return this.#run(call);
  }

  #observable(call: Call): Observable<unknown> {
    return cachedObservable({
      wrap: (load) => call.cache.wrap(call.key, load, call.plan.wrapOptions),
      run: () => this.#run(call) as Observable<unknown>,
      judge: (value, context) => this.#judge(call, value, context),
      onUnwell: () => complainOnce(call.plan),
    });
  }

  /** Nobody said what the method gives: so it runs, once in the life of the process, although there may be a value already. */
  #learn(call: Call): unknown {
    const returned = this.#run(call);
    const kind = kindOf(returned);
    if (kind === 'unknown') {
      complainOfPlainValue(this.#method);
      return returned;
    }
    this.#method.kind = kind;
    // With a value in the cache nobody waits for this one.
    if (types.isPromise(returned)) returned.catch(() => undefined);
    return this.#answer({ ...call, returned });
  }

  #run({ args, cache, key, returned, self }: Call): unknown {
    return returned ?? loading(cache, key, () => this.#original.apply(self, args));
  }

  /** Asks what could only be asked of the result. It must not cost the result. */
  #judge({ args, plan }: Call, value: unknown, context: LoadContext): void {
    if (!this.#asksAfterwards) return;
    const { tags, ttl, unless } = this.#options;
    try {
      if (unless?.(value, ...args) === true) {
        context.skip();
        return;
      }
      if (typeof tags === 'function') context.setTags(tags(...args));
      if (typeof ttl === 'function') context.setTtl(ttl(value, ...args));
    } catch (error) {
      context.skip();
      warnOfFailure(plan.name, 'storing the result', error);
    }
  }

  #planFor(type: ClassLike): Plan {
    return {
      name: methodName(type, this.#method.name),
      place: new CachePlace(type, this.#options),
      keyOf: this.#namer(type),
      wrapOptions: atLevel('method', entryOptions(lifeNames, { ...configOf(type) }, { ...this.#options })),
    };
  }

  #namer(type: ClassLike): Plan['keyOf'] {
    const { key } = this.#options;
    if (key === undefined) return defaultKey(keyName(type, this.#method.prototype, this.#method.name));
    return typeof key === 'string' ? () => key : (args) => key(...args);
  }
}

const complainOnce = onceForEach<Plan>(({ name }) => {
  warn(name, 'ran without the cache, which refused the call (logged once)');
});

const complainOfPlainValue = onceForEach<DecoratedMethod>(({ prototype, name }) => {
  warn(methodName(prototype.constructor, name), 'gives neither a promise nor an Observable, and is not cached');
});
