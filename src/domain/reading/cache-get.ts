import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Spans } from '../../ports/traces';
import type { Generations } from '../consistency/generations';
import type { LocalEntry } from '../entry/entry';
import { isAccepted } from '../entry/payload-check';
import type { Reporter } from '../events/reporter';
import type { MemoryTier } from '../l1/memory-tier';
import { unreachable } from '../l2/remote-tier';
import type { LifeSettings } from '../options/settings';
import type { L2Reader } from './l2-reader';
import { spanFacts, staleForMs, toReadResult, type ReadResult } from './read-result';

export interface CacheGetParts {
  readonly memory: MemoryTier;
  readonly reader: L2Reader;
  readonly generations: Generations;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly spans: Spans;
  readonly life: LifeSettings;
}

/** The slow half of `get`: L2, and a stale value while L2 cannot be asked. */
export class CacheGet {
  readonly #parts: CacheGetParts;

  constructor(parts: CacheGetParts) {
    this.#parts = parts;
  }

  fetch(key: SanitizedKey): Promise<ReadResult | undefined> {
    const { spans } = this.#parts;
    if (!spans.isOn) return this.#find(key);
    return spans.within('get', async (span) => {
      const result = await this.#find(key);
      span.setResult(spanFacts(result));
      return result;
    });
  }

  async has(key: SanitizedKey): Promise<boolean> {
    const { generations, reader } = this.#parts;
    const answer = await generations.during(key, (generation) => reader.has(key, generation));
    return answer === unreachable ? this.#staleFallback(key) !== undefined : answer;
  }

  async #find(key: SanitizedKey): Promise<ReadResult | undefined> {
    const { clock, generations, life, memory, reader, reporter } = this.#parts;
    const entry = await generations.during(key, (generation) => reader.read(key, generation, life));
    if (entry === unreachable) return this.#findStale(key);
    if (entry === undefined) memory.dropRejected(key, life);
    // L2 has answered at this moment, so only the life of the entry counts, and not how long L1 may keep it.
    if (entry === undefined || clock.elapsed() >= entry.expiresAt) {
      reporter.report('miss', { key });
      return undefined;
    }
    reporter.report('hit', { key, tier: 'l2' });
    return toReadResult(entry, 'l2', 'fresh');
  }

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
