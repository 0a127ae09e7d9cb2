import { types } from 'node:util';
import { Observable, isObservable, throwError } from 'rxjs';
import { isPromiseLike } from '../../shared/returned-value';

/** One decorator on a method. */
export interface CacheAspect {
  readonly decorator: 'Cacheable' | 'CachePut' | 'CacheEvict';
  readonly cache: string | undefined;
  readonly namespace: string | undefined;
  readonly hasDefaultKey: boolean;
}

/** A method with one or more cache decorators. */
export interface DecoratedMethod {
  readonly name: string | symbol;
  /** The prototype that declares it. */
  readonly prototype: object;
  /** Detected at the first call, where it is not declared. */
  resultKind: ResultKind;
  readonly aspects: CacheAspect[];
}

const decoratedMetadata = Symbol.for('tiercel.decorated-methods');

export function declareDecoratedMethod(prototype: object, name: string | symbol, original: AnyFunction): DecoratedMethod {
  const methods = ownMethods(prototype);
  const method = methods.get(name) ?? { name, prototype, resultKind: declaredResultKind(prototype, name, original), aspects: [] };
  Reflect.defineMetadata(decoratedMetadata, methods.set(name, method), prototype);
  return method;
}

/** The decorated methods of an instance: with inherited ones, without overridden ones. */
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

/** The name of a method in keys, errors and logs. */
export function methodName(type: { readonly name: string }, name: string | symbol): string {
  return `${type.name}.${String(name)}`;
}

/** A method at run time, where its types are unknown. */
export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** How a method returns its result. Metadata of TypeScript does not always have it: a type alias hides it. */
type ResultKind = 'promise' | 'observable' | 'unknown';

function declaredResultKind(prototype: object, name: string | symbol, original: AnyFunction): ResultKind {
  const declared: unknown = Reflect.getOwnMetadata('design:returntype', prototype, name);
  if (declared === Promise || types.isAsyncFunction(original)) return 'promise';
  return declared === Observable ? 'observable' : 'unknown';
}

/** `'unknown'` for a plain value. */
export function resultKindOf(returned: unknown): ResultKind {
  if (isObservable(returned)) return 'observable';
  return isPromiseLike(returned) ? 'promise' : 'unknown';
}

/** Fails as the method's callers expect it: with a rejection, with an Observable that fails, or by throwing. */
export function failAs(kind: ResultKind, error: unknown): unknown {
  if (kind === 'promise') return Promise.reject(error);
  if (kind === 'observable') return throwError(() => error);
  throw error;
}
