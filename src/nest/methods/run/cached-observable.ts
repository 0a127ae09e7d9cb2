import { Observable, type Subscriber } from 'rxjs';
import type { LoadContext } from '../../../domain/reading/loader';
import { type Emission, Emissions } from '../../shared/emissions';
import { isUnwell } from '../../shared/unwell';

interface CachedObservableParts {
  readonly wrap: (load: (context: LoadContext) => Promise<unknown>) => Promise<unknown>;
  /** Calls the method. */
  readonly run: () => Observable<unknown>;
  /** Decides how a value is stored. */
  readonly judge: (value: unknown, context: LoadContext) => void;
  readonly onUnwell: () => void;
}

/** What cannot be shared, on its way through a flight. */
class UnsharedEmission {
  constructor(readonly emission: Emission) {}
}

/** An Observable that is asked of the cache whenever somebody subscribes. A value is replayed; a stream belongs to the one who ran the method. */
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

  /** @returns what to do when the subscriber leaves: a stream ends with it, a value is still awaited for the others */
  begin(): () => void {
    this.#parts
      .wrap((context) => this.#load(context))
      .then(
        (found) => this.#deliver(found),
        (error: unknown) => this.#fail(error),
      );
    return () => this.#own?.close();
  }

  async #load(context: LoadContext): Promise<unknown> {
    this.#ran = true;
    const emission = await new Emissions(this.#parts.run()).settled;
    if (emission.kind === 'value') {
      this.#parts.judge(emission.value, context);
      return emission.value;
    }
    context.skip();
    if (emission.kind === 'stream') this.#claim(emission.stream);
    return new UnsharedEmission(emission);
  }

  /** A stream that was loaded behind, or for somebody who has left, is nobody's. */
  #claim(stream: Emissions): void {
    if (this.#subscriber.closed) stream.close();
    else this.#own = stream;
  }

  #deliver(found: unknown): void {
    if (!(found instanceof UnsharedEmission)) {
      this.#subscriber.next(found);
      this.#subscriber.complete();
    } else if (found.emission.kind === 'empty') this.#subscriber.complete();
    else if (found.emission.kind === 'stream' && found.emission.stream === this.#own) this.#own.forwardTo(this.#subscriber);
    else this.#runAlone();
  }

  #fail(error: unknown): void {
    if (this.#ran || !isUnwell(error)) {
      this.#subscriber.error(error);
      return;
    }
    this.#parts.onUnwell();
    this.#runAlone();
  }

  #runAlone(): void {
    if (!this.#subscriber.closed) this.#subscriber.add(this.#parts.run().subscribe(this.#subscriber));
  }
}
