import { type ClassLike, classOf } from '../../shared/class-like';
import type { ProviderWrapper } from '../../shared/provided';
import { assignCache, cacheIn, type SlotAssignment } from '../declared/cache-slot';
import { decoratedMethodsOf } from '../declared/decorated-method';
import type { AnyFunction } from '../declared/method-types';
import { resultKindOf } from '../declared/result-kind';

/**
 * Finds the caches for the instances of a class.
 * @param instance - the first one, which may have its caches already
 */
export type FindAssignments = (type: ClassLike, instance: object) => Promise<readonly SlotAssignment[]>;

/** Assigns caches to the results of a factory that runs for each request or consumer, as Nest's injection does for classes. */
export function injectFactoryResults(factory: ProviderWrapper, findAssignments: FindAssignments): void {
  const make = factory.metatype as AnyFunction;
  const inject = (made: unknown): unknown => withCaches(made, findAssignments);
  factory.metatype = (...args: unknown[]): unknown => {
    const made = make(...args);
    return resultKindOf(made) === 'promise' ? (made as PromiseLike<unknown>).then(inject) : inject(made);
  };
}

/** Without decorated methods, the result is passed on at once. */
function withCaches(made: unknown, findAssignments: FindAssignments): unknown {
  if (typeof made !== 'object' || made === null) return made;
  const type = classOf(made);
  return type === undefined || decoratedMethodsOf(type.prototype).length === 0 ? made : assignCaches(made, findAssignments(type, made));
}

async function assignCaches(made: object, assignments: Promise<readonly SlotAssignment[]>): Promise<object> {
  for (const { slot, cache } of await assignments) if (cacheIn(made, slot) === undefined) assignCache(made, slot, cache);
  return made;
}
