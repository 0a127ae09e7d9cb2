import type { CacheableService } from '../../shared/cacheable.service';
import type { ClassLike } from '../../shared/class-like';
import { type NestModule, providersIn } from '../../shared/provided';
import { cacheIn } from '../declared/cache-slot';
import { CacheTarget } from '../declared/cache-target';
import { type DecoratedMethod, decoratedMethodsOf } from '../declared/decorated-method';
import { methodName } from '../declared/method-key';

/** A cache that a class needs, and the methods that need it. */
interface CacheRequirement {
  readonly cacheName: string | undefined;
  readonly slot: symbol;
  readonly methods: DecoratedMethod[];
}

/** A provider, controller, guard or pipe whose class has decorated methods. */
export class DecoratedProvider {
  readonly #methods: readonly DecoratedMethod[];

  constructor(
    readonly type: ClassLike,
    /** `undefined` where Nest makes one for each request or consumer. */
    readonly instance: object | undefined,
  ) {
    this.#methods = decoratedMethodsOf(type.prototype);
  }

  requirements(): readonly CacheRequirement[] {
    const requirements = new Map<symbol, CacheRequirement>();
    for (const method of this.#methods) {
      for (const aspect of method.aspects) {
        const { cacheName, slot } = new CacheTarget(this.type, aspect);
        const requirement = requirements.get(slot) ?? { cacheName, slot, methods: [] };
        if (!requirement.methods.includes(method)) requirement.methods.push(method);
        requirements.set(slot, requirement);
      }
    }
    return [...requirements.values()];
  }

  assignedCache(slot: symbol): CacheableService | undefined {
    return this.instance && cacheIn(this.instance, slot);
  }

  nameOf(methods: readonly DecoratedMethod[]): string {
    return methods.map(({ name }) => methodName(this.type, name)).join(', ');
  }
}

/** The decorated providers of a module whose classes are known. */
export function decoratedProvidersIn(module: NestModule): DecoratedProvider[] {
  return providersIn(module)
    .filter(({ type }) => decoratedMethodsOf(type.prototype).length > 0)
    .map(({ type, instance }) => new DecoratedProvider(type, instance));
}
