import { ReplaySubject, type Observable, type Observer, type Subscription } from 'rxjs';

/** The outcome of an Observable: no value, a single value, or a stream of values. */
export type Emission =
  | { readonly kind: 'empty' }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'stream'; readonly stream: Emissions };

/**
 * Subscribes to an Observable and detects whether it emits a single value, as a promise does, or a stream. It is a stream if it emits a second value,
 * or does not complete in the same turn as the first: so an endless stream is never held back.
 */
export class Emissions {
  readonly settled: Promise<Emission>;
  readonly #early = new ReplaySubject<unknown>();
  #sink: Observer<unknown> = this.#early;
  #subscription: Subscription | undefined;
  #turn: NodeJS.Immediate | undefined;

  constructor(source: Observable<unknown>) {
    this.settled = new Promise((resolve, reject) => {
      this.#subscription = source.subscribe(this.#observer(resolve, reject));
    });
  }

  /** Passes on the values so far and all later ones. Later values are not kept, so a stream can be forwarded once. */
  forwardTo(sink: Observer<unknown>): void {
    this.#early.subscribe(sink);
    this.#sink = sink;
  }

  close(): void {
    clearImmediate(this.#turn);
    this.#subscription?.unsubscribe();
  }

  #observer(resolve: (emission: Emission) => void, reject: (error: unknown) => void): Observer<unknown> {
    let count = 0;
    let value: unknown;
    const stream = { kind: 'stream', stream: this } as const;
    return {
      next: (emitted) => {
        count++;
        value = emitted;
        this.#sink.next(emitted);
        if (count === 1) this.#turn = setImmediate(resolve, stream);
        else resolve(stream);
      },
      error: (error) => {
        clearImmediate(this.#turn);
        this.#sink.error(error);
        if (count === 0) reject(error);
        else resolve(stream);
      },
      complete: () => {
        clearImmediate(this.#turn);
        this.#sink.complete();
        resolve(count === 0 ? { kind: 'empty' } : { kind: 'value', value });
      },
    };
  }
}
