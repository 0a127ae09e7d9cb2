/** A value that goes with everything that a function starts, asynchronous work included. */
export interface AsyncScope<T> {
  /** Runs the function with the value in scope until the promise that it returns has settled. Errors of the function are passed on. */
  run<R>(value: T, work: () => Promise<R>): Promise<R>;
  /** The value of the innermost {@link run} that encloses this call; `undefined` outside. */
  current(): T | undefined;
}
