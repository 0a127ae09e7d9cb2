import { ReplaySubject, type Observable, type Observer, type Subscription } from 'rxjs';

/** What an Observable turned out to be. */
export type Emission =
  | { readonly kind: 'empty' }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'stream'; readonly stream: Emissions };

/**
 * Subscribes to an Observable and finds out whether it brings a value, as a promise does, or a stream. A stream is what brings a second value, or
 * does not end in the turn of its first one: so it is never held back, also when it never ends.
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

  /** Passes on what came so far and, from now on, whatever comes: to be called once, since nothing is kept after it. */
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
