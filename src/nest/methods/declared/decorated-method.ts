import type { AnyFunction } from './method-types';
import { type ResultKind, declaredKind } from './result-kind';

/** One decorator on a method. */
export interface CacheAspect {
  readonly decorator: 'Cacheable' | 'CachePut' | 'CacheEvict';
  readonly cache: string | undefined;
  readonly namespace: string | undefined;
  readonly hasDefaultKey: boolean;
}

/** A method with one or more decorators of the cache. */
export interface DecoratedMethod {
  readonly name: string | symbol;
  /** The prototype that it was declared on. */
  readonly prototype: object;
  /** Learned at the first call, where it is not declared. */
  kind: ResultKind;
  readonly aspects: CacheAspect[];
}

const decoratedMetadata = Symbol.for('tiercel.decorated-methods');

export function decoratedMethod(prototype: object, name: string | symbol, original: AnyFunction): DecoratedMethod {
  const methods = ownMethods(prototype);
  const method = methods.get(name) ?? { name, prototype, kind: declaredKind(prototype, name, original), aspects: [] };
  Reflect.defineMetadata(decoratedMetadata, methods.set(name, method), prototype);
  return method;
}

/** Those that an instance has: inherited ones too, overridden ones not. */
export function decoratedMethodsOf(prototype: object): DecoratedMethod[] {
  const found: DecoratedMethod[] = [];
  const overridden = new Set<string | symbol>();
  for (let one: object | null = prototype; one !== null; one = Object.getPrototypeOf(one) as object | null) {
    for (const method of ownMethods(one).values()) if (!overridden.has(method.name)) found.push(method);
    for (const name of Reflect.ownKeys(one)) overridden.add(name);
  }
  return found;
}

function ownMethods(prototype: object): Map<string | symbol, DecoratedMethod> {
  return (
    (Reflect.getOwnMetadata(decoratedMetadata, prototype) as Map<string | symbol, DecoratedMethod> | undefined) ??
    new Map<string | symbol, DecoratedMethod>()
  );
}
