import { CacheError } from '../../../domain/cache-error';
import { declareCacheSlot } from '../declared/cache-target';
import { type CacheAspect, declareDecoratedMethod, type DecoratedMethod, methodName, type AnyFunction } from '../declared/decorated-method';
import { checkOptions, type OptionRules } from '../declared/option-fields';

/** The arguments of a method decorator. */
interface DecoratedTarget {
  readonly target: object;
  readonly name: string | symbol;
  readonly descriptor: PropertyDescriptor;
}

/** Runs in the place of the decorated method. */
interface Advice {
  invoke(self: unknown, args: unknown[]): unknown;
}

type Aspect = CacheAspect['decorator'];

/**
 * The common part of the decorators: checks the options, declares the class's slot for its cache, and wraps the method.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function decorateMethod<T extends object>(
  decorator: Aspect,
  { target, name, descriptor }: DecoratedTarget,
  given: { readonly cache?: string; readonly namespace?: string; readonly key?: unknown },
  rules: OptionRules<T>,
  adviceFor: (method: DecoratedMethod, original: AnyFunction) => Advice,
): void {
  const where = `@${decorator} on ${methodName(typeof target === 'function' ? target : target.constructor, name)}`;
  assertMethod(where, target, descriptor);
  checkOptions(where, rules, given);
  const original = descriptor.value as AnyFunction;
  const method = declareDecoratedMethod(target, name, original);
  assertCompatible(where, method, decorator);
  method.aspects.push({
    decorator,
    cache: given.cache,
    namespace: given.namespace,
    hasDefaultKey: decorator === 'Cacheable' && given.key === undefined,
  });
  declareCacheSlot(target, given.cache);
  const advice = adviceFor(method, original);
  wrapMethod(descriptor, (self, args) => advice.invoke(self, args));
}

function assertMethod(where: string, target: object, descriptor: PropertyDescriptor | undefined): void {
  if (typeof target === 'function') throw misplaced(where, 'a static one: Nest injects caches into instances');
  if (typeof descriptor?.value !== 'function') throw misplaced(where, 'a property or an accessor');
}

function misplaced(where: string, given: string): CacheError {
  return new CacheError('CACHE_OPTION_INVALID', `${where}: expected a method of instances, got ${given}`);
}

/** `@CacheEvict` can be combined with every decorator, and `@CachePut` with other `@CachePut`s. */
function assertCompatible(where: string, { aspects }: DecoratedMethod, decorator: Aspect): void {
  if (decorator === 'CacheEvict') return;
  const others = aspects.map((aspect) => aspect.decorator);
  if (others.includes('Cacheable')) throw clash(where, decorator === 'Cacheable' ? 'would wait for itself' : 'always runs the method');
  if (others.includes('CachePut') && decorator === 'Cacheable') throw clash(where, 'runs the method only when it must');
}

/** @param why - the reason for which the two decorators exclude each other */
function clash(where: string, why: string): CacheError {
  return new CacheError(
    'CACHE_OPTION_INVALID',
    `${where}: expected one @Cacheable or else @CachePut on a method, got a second one, which ${why}`,
  );
}

/**
 * Replaces a method by a function of the same name, length and metadata. So routes, guards, message patterns and API descriptions work in any order
 * of the decorators.
 */
function wrapMethod(descriptor: PropertyDescriptor, invoke: (self: unknown, args: unknown[]) => unknown): void {
  const original = descriptor.value as AnyFunction;
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    return invoke(this, args);
  };
  for (const property of ['name', 'length'] as const) {
    Object.defineProperty(wrapper, property, { value: original[property], configurable: true });
  }
  for (const key of Reflect.getOwnMetadataKeys(original)) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, original), wrapper);
  }
  descriptor.value = wrapper;
}
