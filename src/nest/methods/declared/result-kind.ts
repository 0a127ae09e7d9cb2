import { types } from 'node:util';
import { Observable, isObservable, throwError } from 'rxjs';
import type { AnyFunction } from './method-types';

/** How a method returns its result. Metadata of TypeScript does not always have it: a type alias hides it. */
export type ResultKind = 'promise' | 'observable' | 'unknown';

export function declaredResultKind(prototype: object, name: string | symbol, original: AnyFunction): ResultKind {
  const declared: unknown = Reflect.getOwnMetadata('design:returntype', prototype, name);
  if (declared === Promise || types.isAsyncFunction(original)) return 'promise';
  return declared === Observable ? 'observable' : 'unknown';
}

/** `'unknown'` for a plain value. */
export function resultKindOf(returned: unknown): ResultKind {
  if (isObservable(returned)) return 'observable';
  return isThenable(returned) ? 'promise' : 'unknown';
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** Fails as the method's callers expect it: with a rejection, with an Observable that fails, or by throwing. */
export function failAs(kind: ResultKind, error: unknown): unknown {
  if (kind === 'promise') return Promise.reject(error);
  if (kind === 'observable') return throwError(() => error);
  throw error;
}
