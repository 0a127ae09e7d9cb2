import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Clock } from '../../ports/clock';
import type { Spans } from '../../ports/traces';
import type { PayloadConstraints } from '../entry/payload-check';
import type { Reporter } from '../events/reporter';
import { unreachable } from '../l2/remote-tier';
import type { Reader } from './l2-reader';
import { toReadResult, staleForMs, type ReadResult, spanFacts } from './read-result';

interface LookupParts {
  readonly reader: Reader;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly spans: Spans;
  readonly staleIfErrorMs: number;
  readonly guard: PayloadConstraints;
}

/** The slow half of `get`: layer 2, and an old value where layer 2 cannot be asked. */
export class Lookup {
  readonly #parts: LookupParts;

  constructor(parts: LookupParts) {
    this.#parts = parts;
  }

  fetch(key: SanitizedKey): Promise<ReadResult | undefined> {
    const { spans } = this.#parts;
    if (!spans.isOn) return this.#find(key);
    return spans.within('get', async (span) => {
      const landing = await this.#find(key);
      span.landed(spanFacts(landing));
      return landing;
    });
  }

  async has(key: SanitizedKey): Promise<boolean> {
    const { guard, reader, staleIfErrorMs } = this.#parts;
    const answer = await reader.remoteHas(key, guard);
    return answer === unreachable ? reader.spare(key, staleIfErrorMs) !== undefined : answer;
  }

  async #find(key: SanitizedKey): Promise<ReadResult | undefined> {
    const { reader, clock, guard, reporter } = this.#parts;
    const answer = await reader.remote(key, guard);
    if (answer === unreachable) return this.#spare(key);
    // Not its trust but its life counts: layer 2 has answered this very moment.
    if (answer === undefined || clock.elapsed() >= answer.expiresAt) {
      this.#missed(key);
      return;
    }
    reporter.report('hit', { key, tier: 'l2' });
    return toReadResult(answer, 'l2', 'fresh');
  }

  #spare(key: SanitizedKey): ReadResult | undefined {
    const { clock, reader, reporter, staleIfErrorMs } = this.#parts;
    const spare = reader.spare(key, staleIfErrorMs);
    if (spare === undefined) {
      this.#missed(key);
      return;
    }
    reporter.report('hit', { key, tier: 'l1' });
    reporter.report('stale', { key, reason: 'unreachable', ageMs: staleForMs(spare, clock.elapsed()) });
    return toReadResult(spare, 'l1', 'stale-if-error');
  }

  #missed(key: SanitizedKey): undefined {
    this.#parts.reporter.report('miss', { key });
    return undefined;
  }
}
