import { CacheError } from '../../../domain/cache-error';
import type { CacheableService } from '../../shared/cacheable.service';
import type { ClassLike } from '../../shared/class-like';
import { type NestModule, providersIn } from '../../shared/provided';
import { cacheIn, CacheTarget } from '../declared/cache-target';
import { type DecoratedMethod, decoratedMethodsOf, methodName } from '../declared/decorated-method';
import { claimDefaultKey, ownerOf, withholdDefaultKey, keyName } from '../declared/default-keys';

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

/** Decides about the default keys of a provider's methods. */
export type OwnDefaultKeys = (provider: DecoratedProvider, methods: readonly DecoratedMethod[], cache: CacheableService) => void;

/**
 * Claims the default keys of a provider's methods for its instance.
 * @throws CacheError `CACHE_OPTION_INVALID` where several instances would read each other's entries
 */
export const claimDefaultKeys: OwnDefaultKeys = ({ instance, type }, methods, cache) => {
  for (const { method, name, target } of defaultKeysOf(type, methods, cache)) {
    if (instance === undefined) throw sharedKey(type, method, 'Nest makes an instance for each request or consumer', ownKey);
    if (!claimDefaultKey(target, name, method, instance)) throw conflict(type, method, ownerOf(target, name)?.type);
  }
};

/** For classes of which a factory makes an instance for each request or consumer: calls with a default key run uncached, and are logged. */
export const withholdDefaultKeys: OwnDefaultKeys = ({ type }, methods, cache) => {
  for (const { method, name, target } of defaultKeysOf(type, methods, cache)) withholdDefaultKey(target, name, method);
};

interface DefaultKey {
  readonly method: DecoratedMethod;
  readonly name: string;
  readonly target: CacheableService;
}

function defaultKeysOf(type: ClassLike, methods: readonly DecoratedMethod[], cache: CacheableService): DefaultKey[] {
  return methods.flatMap((method) =>
    method.aspects
      .filter(({ hasDefaultKey }) => hasDefaultKey)
      .map((aspect) => ({
        method,
        name: keyName(type, method.prototype, method.name),
        target: new CacheTarget(type, aspect).partOf(cache),
      })),
  );
}

const ownKey = "give @Cacheable a 'key' that differs between them (a function gets the instance as 'this')";

function conflict(type: ClassLike, method: DecoratedMethod, owner: unknown): CacheError {
  if (owner !== type)
    return sharedKey(type, method, `two classes are named ${type.name || 'nothing'}`, 'give one of them @CacheConfig({ namespace })');
  const remedy = `provide ${type.name} in one module and import that module, or ${ownKey}`;
  return sharedKey(type, method, `the application has several instances of ${type.name}, or methods of one name`, remedy);
}

function sharedKey(type: ClassLike, { name }: DecoratedMethod, why: string, remedy: string): CacheError {
  return new CacheError(
    'CACHE_OPTION_INVALID',
    `@Cacheable on ${methodName(type, name)}: ${why}, and the default key of class, method and arguments is the same for all; ${remedy}`,
  );
}
