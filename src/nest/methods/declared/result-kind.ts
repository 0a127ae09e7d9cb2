import { types } from 'node:util';
import { Observable, isObservable, throwError } from 'rxjs';
import type { AnyFunction } from './method-types';

/** How a method gives its result. TypeScript does not always tell, and a type alias hides it. */
export type ResultKind = 'promise' | 'observable' | 'unknown';

export function declaredKind(prototype: object, name: string | symbol, original: AnyFunction): ResultKind {
  const declared: unknown = Reflect.getOwnMetadata('design:returntype', prototype, name);
  if (declared === Promise || types.isAsyncFunction(original)) return 'promise';
  return declared === Observable ? 'observable' : 'unknown';
}

/** `'unknown'` for a plain value. */
export function kindOf(returned: unknown): ResultKind {
  if (isObservable(returned)) return 'observable';
  return isThenable(returned) ? 'promise' : 'unknown';
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** An error in the form in which the method's callers expect one. */
export function failedAs(kind: ResultKind, error: unknown): unknown {
  if (kind === 'promise') return Promise.reject(error);
  if (kind === 'observable') return throwError(() => error);
  throw error;
}
