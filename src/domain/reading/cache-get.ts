import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Spans } from '../../ports/traces';
import type { LocalEntry } from '../entry/entry';
import { isAccepted } from '../entry/payload-check';
import type { Reporter } from '../events/reporter';
import type { MemoryTier } from '../l1/memory-tier';
import { unreachable } from '../l2/remote-tier';
import type { LifeSettings } from '../options/settings';
import type { ReadMoment } from './l2-read';
import type { L2Answer, L2Reader } from './l2-reader';
import { spanFacts, staleForMs, toReadResult, withOwnValue, type CopyValue, type ReadResult } from './read-result';

export interface CacheGetParts {
  readonly memory: MemoryTier;
  readonly reader: L2Reader;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly spans: Spans;
  readonly life: LifeSettings;
  /** Copies a value for one caller; `undefined` where values are handed out by reference. */
  readonly copy: CopyValue | undefined;
}

/** The slow half of `get`: L2, and a stale value while L2 cannot be asked. */
export class CacheGet {
  readonly #parts: CacheGetParts;

  constructor(parts: CacheGetParts) {
    this.#parts = parts;
  }

  /** The value alone. */
  value(key: SanitizedKey): Promise<unknown> {
    const { life, reader, spans } = this.#parts;
    return spans.isOn ? this.fetch(key).then((result) => result?.value) : reader.read(key, life, this.#toValue);
  }

  fetch(key: SanitizedKey): Promise<ReadResult | undefined> {
    const { life, reader, spans } = this.#parts;
    if (!spans.isOn) return reader.read(key, life, this.#toResult);
    return spans.within('get', async (span) => {
      const result = await reader.read(key, life, this.#toResult);
      span.setResult(spanFacts(result));
      return result;
    });
  }

  async has(key: SanitizedKey): Promise<boolean> {
    const answer = await this.#parts.reader.has(key);
    return answer === unreachable ? this.#staleFallback(key) !== undefined : answer;
  }

  /** Begins `get`s that are known to come together. */
  together<T>(begin: () => T): T {
    return this.#parts.reader.together(begin);
  }

  readonly #toValue = (key: SanitizedKey, answer: L2Answer, moment: ReadMoment): unknown => this.#toResult(key, answer, moment)?.value;

  readonly #toResult = (key: SanitizedKey, entry: L2Answer, { elapsed }: ReadMoment): ReadResult | undefined => {
    const { copy, life, memory, reporter } = this.#parts;
    if (entry === unreachable) return this.#findStale(key);
    if (entry === undefined) memory.dropRejected(key, life);
    // L2 has answered at this moment, so only the life of the entry counts, and not how long L1 may keep it.
    if (entry === undefined || elapsed >= entry.expiresAt) {
      reporter.report('miss', { key });
      return undefined;
    }
    reporter.report('hit', { key, tier: 'l2' });
    return withOwnValue(toReadResult(entry, 'l2', 'fresh'), copy);
  };

  #findStale(key: SanitizedKey): ReadResult | undefined {
    const { clock, reporter } = this.#parts;
    const entry = this.#staleFallback(key);
    if (entry === undefined) {
      reporter.report('miss', { key });
      return undefined;
    }
    reporter.report('hit', { key, tier: 'l1' });
    reporter.report('stale', { key, reason: 'unreachable', ageMs: staleForMs(entry, clock.elapsed()) });
    return toReadResult(entry, 'l1', 'stale-if-error');
  }

  #staleFallback(key: SanitizedKey): LocalEntry | undefined {
    const { clock, life, memory } = this.#parts;
    const entry = memory.get(key);
    if (entry === undefined || entry.staleIfErrorMs <= 0 || clock.elapsed() >= entry.expiresAt + entry.staleIfErrorMs) return undefined;
    return isAccepted(entry, life) ? entry : undefined;
  }
}
