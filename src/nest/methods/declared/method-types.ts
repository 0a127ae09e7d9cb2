import type { Observable } from 'rxjs';

/** Any name that is no option. */
export type NoOthers<Given, Known> = { readonly [Name in Exclude<keyof Given, keyof Known>]: never };

/** A method that gives, in the end, what can be taken for a `V`. */
interface Gives<V> {
  readonly value?: (...args: never[]) => Promise<V> | Observable<V>;
}

/** A method whose arguments a function takes. The compiler sets a method where it decorates it: parameters are compared the other way round. */
export type ArgumentsFor<F> = F extends (...args: infer A) => unknown
  ? { readonly set?: (method: (...args: A) => never) => void }
  : unknown;

/** A method whose result, and then whose arguments, a function takes. */
export type ResultFor<F> = F extends (result: infer V, ...args: infer A) => unknown
  ? Gives<V> & ArgumentsFor<(...args: A) => void>
  : unknown;

/** An option as it was given; a fixed value is no function, and asks nothing of a method. */
export type Option<O, Name> = Name extends keyof O ? O[Name] : undefined;

/** A decorator for methods that the descriptor fits: methods that take their time, and that the functions among the options are made for. */
export type DecoratorFor<Fitting> = (target: object, name: string | symbol, descriptor: Gives<unknown> & Fitting) => void;

/** A method at run time, where nobody knows its types. */
export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
