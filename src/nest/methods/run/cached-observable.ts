import { Observable, type Subscriber } from 'rxjs';
import { isCacheFailure } from '../../../domain/cache-error';
import type { LoadContext } from '../../../domain/reading/loader';
import { type Emission, Emissions } from '../../shared/emissions';

interface CachedObservableParts {
  readonly wrap: (load: (context: LoadContext) => Promise<unknown>) => Promise<unknown>;
  /** Calls the method. */
  readonly run: () => Observable<unknown>;
  /** Applies the options that depend on the value. */
  readonly onValue: (value: unknown, context: LoadContext) => void;
  /** Called with an error of the method. */
  readonly onError: (error: unknown, context: LoadContext) => void;
  readonly onCacheFailure: () => void;
}

/** The result of a load that callers cannot share: no value, or a stream. */
class NotShareable {
  constructor(readonly emission: Emission) {}
}

/** An Observable that asks the cache at each subscription. A single value is replayed; a stream goes to the subscriber whose load ran the method. */
export function cachedObservable(parts: CachedObservableParts): Observable<unknown> {
  return new Observable((subscriber) => new CachedSubscription(parts, subscriber).begin());
}

class CachedSubscription {
  readonly #parts: CachedObservableParts;
  readonly #subscriber: Subscriber<unknown>;
  #ran = false;
  #own: Emissions | undefined;

  constructor(parts: CachedObservableParts, subscriber: Subscriber<unknown>) {
    this.#parts = parts;
    this.#subscriber = subscriber;
  }

  /** @returns the teardown: a stream ends with its subscriber, a load of a single value goes on for the other callers */
  begin(): () => void {
    this.#parts
      .wrap((context) => this.#load(context))
      .then(
        (found) => this.#emit(found),
        (error: unknown) => this.#fail(error),
      );
    return () => this.#own?.close();
  }

  async #load(context: LoadContext): Promise<unknown> {
    this.#ran = true;
    const emission = await this.#run(context);
    if (emission.kind === 'value') {
      this.#parts.onValue(emission.value, context);
      return emission.value;
    }
    context.skip();
    if (emission.kind === 'stream') this.#keepStream(emission.stream);
    return new NotShareable(emission);
  }

  async #run(context: LoadContext): Promise<Emission> {
    try {
      return await new Emissions(this.#parts.run()).settled;
    } catch (error) {
      this.#parts.onError(error, context);
      throw error;
    }
  }

  /** A stream whose subscriber has left is closed. */
  #keepStream(stream: Emissions): void {
    if (this.#subscriber.closed) stream.close();
    else this.#own = stream;
  }

  #emit(found: unknown): void {
    if (!(found instanceof NotShareable)) {
      this.#subscriber.next(found);
      this.#subscriber.complete();
    } else if (found.emission.kind === 'empty') this.#subscriber.complete();
    else if (found.emission.kind === 'stream' && found.emission.stream === this.#own) this.#own.forwardTo(this.#subscriber);
    else this.#runAlone();
  }

  #fail(error: unknown): void {
    if (this.#ran || !isCacheFailure(error)) {
      this.#subscriber.error(error);
      return;
    }
    this.#parts.onCacheFailure();
    this.#runAlone();
  }

  #runAlone(): void {
    if (!this.#subscriber.closed) this.#subscriber.add(this.#parts.run().subscribe(this.#subscriber));
  }
}
