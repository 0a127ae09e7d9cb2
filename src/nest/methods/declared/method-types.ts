import type { Observable } from 'rxjs';

/** Forbids names that are no options. */
export type NoOthers<Given, Known> = { readonly [Name in Exclude<keyof Given, keyof Known>]: never };

/** A method whose promise or Observable has a value that fits `V`. */
interface Gives<V> {
  readonly value?: (...args: never[]) => Promise<V> | Observable<V>;
}

/** A method whose arguments fit the parameters of a function. TypeScript compares parameters in the opposite direction, hence the setter. */
export type ArgumentsFor<F> = F extends (...args: infer A) => unknown
  ? { readonly set?: (method: (...args: A) => never) => void }
  : unknown;

/** A method whose result, followed by its arguments, fits the parameters of a function. */
export type ResultFor<F> = F extends (result: infer V, ...args: infer A) => unknown
  ? Gives<V> & ArgumentsFor<(...args: A) => void>
  : unknown;

/** The type of an option as it was given. A fixed value is no function, and restricts no method. */
export type Option<O, Name> = Name extends keyof O ? O[Name] : undefined;

/** A decorator for methods that return a promise or an Observable, and whose types fit the functions among the options. */
export type DecoratorFor<Fitting> = (target: object, name: string | symbol, descriptor: Gives<unknown> & Fitting) => void;

/** A method at run time, where its types are unknown. */
export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
