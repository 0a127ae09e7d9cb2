import { CacheError } from '../../domain/errors/cache-error';
import { makeSeat } from './cache-seat';
import { decoratedMethod, type CacheAspect, type DecoratedMethod } from './decorated-method';
import { methodName } from './method-name';
import type { AnyFunction } from './method-types';
import { checkOptions, type OptionRules } from './option-fields';
import { wrapMethod } from './wrap-method';

/** What a method decorator is given by the compiler. */
export interface Spot {
  readonly target: object;
  readonly name: string | symbol;
  readonly descriptor: PropertyDescriptor;
}

/** A decorator at run time. */
export interface Advice {
  invoke(self: unknown, args: unknown[]): unknown;
}

type Aspect = CacheAspect['decorator'];

/**
 * What the decorators have in common: options are checked once and here, the class is given a seat for its cache, and the method is wrapped.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function decorateMethod<T extends object>(
  decorator: Aspect,
  { target, name, descriptor }: Spot,
  given: { readonly cache?: string; readonly namespace?: string; readonly key?: unknown },
  rules: OptionRules<T>,
  adviceFor: (method: DecoratedMethod, original: AnyFunction) => Advice,
): void {
  const where = `@${decorator} on ${methodName(typeof target === 'function' ? target : target.constructor, name)}`;
  assertMethod(where, target, descriptor);
  checkOptions(where, rules, given);
  const original = descriptor.value as AnyFunction;
  const method = decoratedMethod(target, name, original);
  assertCompatible(where, method, decorator);
  method.aspects.push({
    decorator,
    cache: given.cache,
    namespace: given.namespace,
    hasDefaultKey: decorator === 'Cacheable' && given.key === undefined,
  });
  makeSeat(target, given.cache);
  const advice = adviceFor(method, original);
  wrapMethod(descriptor, (self, args) => advice.invoke(self, args));
}

function assertMethod(where: string, target: object, descriptor: PropertyDescriptor | undefined): void {
  if (typeof target === 'function') throw misplaced(where, 'a static one: Nest gives caches to instances');
  if (typeof descriptor?.value !== 'function') throw misplaced(where, 'a property or an accessor');
}

function misplaced(where: string, what: string): CacheError {
  return new CacheError('CACHE_OPTION_INVALID', `${where}: expected a method of instances, got ${what}`);
}

/** Evicting goes with everything, and so does putting one result under several keys. */
function assertCompatible(where: string, { aspects }: DecoratedMethod, decorator: Aspect): void {
  if (decorator === 'CacheEvict') return;
  const others = aspects.map((aspect) => aspect.decorator);
  if (others.includes('Cacheable')) throw clash(where, decorator === 'Cacheable' ? 'would wait for itself' : 'always runs the method');
  if (others.includes('CachePut') && decorator === 'Cacheable') throw clash(where, 'runs the method only when it must');
}

/** @param why - what the decorator does that the one before it does not bear */
function clash(where: string, why: string): CacheError {
  return new CacheError(
    'CACHE_OPTION_INVALID',
    `${where}: expected one @Cacheable or else @CachePut on a method, got a second one, which ${why}`,
  );
}
