import type { CacheKey } from '../../ports/cache-key';
import type { Clock } from '../../ports/clock';
import type { Spans } from '../../ports/traces';
import type { PayloadGuard } from '../entry/payload-check';
import type { Reporter } from '../events/reporter';
import { unreachable } from '../l2/remote-tier';
import type { Reader } from './l2-reader';
import { landed, staleForMs, type Landing, spanFacts } from './read-result';

interface LookupParts {
  readonly reader: Reader;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly spans: Spans;
  readonly staleIfErrorMs: number;
  readonly guard: PayloadGuard;
}

/** The slow half of `get`: layer 2, and an old value where layer 2 cannot be asked. */
export class Lookup {
  readonly #parts: LookupParts;

  constructor(parts: LookupParts) {
    this.#parts = parts;
  }

  fetch(key: CacheKey): Promise<Landing | undefined> {
    const { spans } = this.#parts;
    if (!spans.isOn) return this.#find(key);
    return spans.within('get', async (span) => {
      const landing = await this.#find(key);
      span.landed(spanFacts(landing));
      return landing;
    });
  }

  async has(key: CacheKey): Promise<boolean> {
    const { guard, reader, staleIfErrorMs } = this.#parts;
    const answer = await reader.remoteHas(key, guard);
    return answer === unreachable ? reader.spare(key, staleIfErrorMs) !== undefined : answer;
  }

  async #find(key: CacheKey): Promise<Landing | undefined> {
    const { reader, clock, guard, reporter } = this.#parts;
    const answer = await reader.remote(key, guard);
    if (answer === unreachable) return this.#spare(key);
    // Not its trust but its life counts: layer 2 has answered this very moment.
    if (answer === undefined || clock.elapsed() >= answer.expiresAt) {
      this.#missed(key);
      return;
    }
    reporter.hit(key, 'l2');
    return landed(answer, 'l2', 'fresh');
  }

  #spare(key: CacheKey): Landing | undefined {
    const { clock, reader, reporter, staleIfErrorMs } = this.#parts;
    const spare = reader.spare(key, staleIfErrorMs);
    if (spare === undefined) {
      this.#missed(key);
      return;
    }
    reporter.hit(key, 'l1');
    reporter.stale(key, 'unreachable', staleForMs(spare, clock.elapsed()));
    return landed(spare, 'l1', 'spare');
  }

  #missed(key: CacheKey): undefined {
    this.#parts.reporter.miss(key);
    return undefined;
  }
}
