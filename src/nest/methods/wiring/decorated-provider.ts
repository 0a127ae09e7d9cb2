import type { CacheableService } from '../../shared/cacheable.service';
import type { ClassLike } from '../../shared/class-like';
import { type NestModule, providedBy } from '../../shared/provided';
import { seatedIn } from '../declared/cache-slot';
import { CachePlace } from '../declared/cache-target';
import { type DecoratedMethod, decoratedMethodsOf } from '../declared/decorated-method';
import { methodName } from '../declared/method-key';

/** What one class needs of one cache. */
interface CacheDemand {
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

/** Those of a module, as far as their classes are known. */
export function providersOf(module: NestModule): DecoratedProvider[] {
  return providedBy(module)
    .filter(({ type }) => decoratedMethodsOf(type.prototype).length > 0)
    .map(({ type, instance }) => new DecoratedProvider(type, instance));
}
