import type { CacheableService } from '../cacheable.service';
import { CachePlace } from './cache-place';
import { seatedIn } from './cache-seat';
import { decoratedMethodsOf, type DecoratedMethod } from './decorated-method';
import { methodName, type ClassLike } from './method-name';
import type { NestModule } from './visible-caches';

type Wrapper = NestModule['providers'] extends Map<unknown, infer W> ? W : never;

/** What one class needs of one cache. */
export interface CacheDemand {
  readonly cacheName: string | undefined;
  readonly seat: symbol;
  readonly methods: readonly DecoratedMethod[];
}

/** A provider, controller, guard, pipe… whose class has decorated methods. */
export class DecoratedProvider {
  readonly #methods: readonly DecoratedMethod[];

  constructor(
    readonly type: ClassLike,
    /** `undefined` for what is made anew for each request or consumer. */
    readonly instance: object | undefined,
  ) {
    this.#methods = decoratedMethodsOf(type.prototype);
  }

  demands(): CacheDemand[] {
    const demands = new Map<symbol, { cacheName: string | undefined; seat: symbol; methods: DecoratedMethod[] }>();
    for (const method of this.#methods) {
      for (const aspect of method.aspects) {
        const { cacheName, seat } = new CachePlace(this.type, aspect);
        const demand = demands.get(seat) ?? { cacheName, seat, methods: [] };
        if (!demand.methods.includes(method)) demand.methods.push(method);
        demands.set(seat, demand);
      }
    }
    return [...demands.values()];
  }

  seated(seat: symbol): CacheableService | undefined {
    return this.instance && seatedIn(this.instance, seat);
  }

  nameOf(methods: readonly DecoratedMethod[]): string {
    return methods.map(({ name }) => methodName(this.type, name)).join(', ');
  }
}

export function providersOf({ controllers, injectables, providers }: NestModule): DecoratedProvider[] {
  const wrappers = [...providers.values(), ...controllers.values(), ...injectables.values()] as Wrapper[];
  return wrappers.filter(({ isAlias }) => !isAlias).flatMap(decorated);
}

function decorated(wrapper: Wrapper): DecoratedProvider[] {
  const instance = lastingInstance(wrapper);
  const type = instance === undefined ? classOf(wrapper) : typeOf(instance);
  return type !== undefined && decoratedMethodsOf(type.prototype).length > 0 ? [new DecoratedProvider(type, instance)] : [];
}

function lastingInstance(wrapper: Wrapper): object | undefined {
  if (wrapper.isTransient || !wrapper.isDependencyTreeStatic()) return undefined;
  const instance: unknown = wrapper.instance;
  return typeof instance === 'object' && instance !== null ? instance : undefined;
}

/** By its prototype: a mock that answers to every name would make up a constructor. */
function typeOf(instance: object): ClassLike | undefined {
  const prototype = Object.getPrototypeOf(instance) as { readonly constructor?: ClassLike } | null;
  return isClass(prototype?.constructor) ? prototype.constructor : undefined;
}

/** Of a factory nobody knows what it will make. */
function classOf({ isFactory, metatype }: Wrapper): ClassLike | undefined {
  return !isFactory && isClass(metatype) ? metatype : undefined;
}

function isClass(value: unknown): value is ClassLike {
  return typeof value === 'function' && typeof value.prototype === 'object' && value.prototype !== null;
}
