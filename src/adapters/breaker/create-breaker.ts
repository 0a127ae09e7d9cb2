import type { BreakerState } from '../../domain/l2/remote-tier';
import { updateRow, updateTags } from '../../domain/l2/store-updates';
import type { BreakerSettings, Deadlines } from '../../domain/options/settings';
import { withDeadline } from '../../domain/shared/deadline';
import type { Clock } from '../../ports/clock';
import type { HealthProbe } from '../../ports/health-probe';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { RowReply, RowUpdate, Store, StoreEntry, TagTexts, TagUpdate } from '../../ports/store';
import { BreakerProbe } from './breaker-probe';
import { Circuit } from './circuit';

/** Not a key of any cache: those begin with a namespace and a colon. A refusal by an ACL is an answer, too. */
const trialKey = 'tiercel~trial' as SanitizedKey;

export interface BreakerParts {
  /** It has deadlines already. */
  readonly store: Store;
  readonly probe: HealthProbe;
  readonly settings: BreakerSettings;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  /** Called at each change of its state. */
  readonly onTransition?: (state: BreakerState) => void;
}

/**
 * A circuit breaker around a store, and a probe that is down while the breaker is not closed. The probe's `start` and `stop` start and stop
 * the breaker and the inner probe.
 * @throws CacheError `CACHE_DEPENDENCY_MISSING` without opossum
 */
export function createBreaker({ store, probe, settings, deadlines, clock, onTransition }: BreakerParts): {
  readonly store: Store;
  readonly probe: HealthProbe;
  readonly state: () => BreakerState | undefined;
} {
  const { readMs } = deadlines;
  const trial = (): Promise<unknown> => withDeadline(store.get(trialKey), readMs, clock, () => new Error('the trial was not answered'));
  const circuit = new Circuit(settings, clock, { call: trial, deadlineMs: readMs }, (state) => onTransition?.(state));
  return { store: new BreakerStore(store, circuit, deadlines), probe: new BreakerProbe(probe, circuit), state: () => circuit.state };
}

/** Calls the inner store only while the circuit is closed. */
class BreakerStore implements Store {
  readonly #inner: Store;
  readonly #circuit: Circuit;
  readonly #deadlines: Deadlines;

  /** @param deadlines - of the inner store: a slow call takes a great part of them */
  constructor(inner: Store, circuit: Circuit, deadlines: Deadlines) {
    this.#inner = inner;
    this.#circuit = circuit;
    this.#deadlines = deadlines;
  }

  get(key: SanitizedKey): Promise<string | undefined> {
    return this.#circuit.execute(() => this.#inner.get(key), this.#deadlines.readMs);
  }

  getMany(keys: readonly SanitizedKey[]): Promise<(string | undefined)[]> {
    return this.#circuit.execute(() => this.#inner.getMany(keys), this.#deadlines.readMs);
  }

  set(key: SanitizedKey, payload: string, ttlMs: number): Promise<void> {
    return this.#circuit.execute(() => this.#inner.set(key, payload, ttlMs), this.#deadlines.writeMs);
  }

  setMany(entries: readonly StoreEntry[]): Promise<void> {
    return this.#circuit.execute(() => this.#inner.setMany(entries), this.#deadlines.writeMs);
  }

  delete(keys: readonly SanitizedKey[]): Promise<void> {
    return this.#circuit.execute(() => this.#inner.delete(keys), this.#deadlines.writeMs);
  }

  clear(prefix: SanitizedKey): Promise<void> {
    return this.#circuit.execute(() => this.#inner.clear(prefix), this.#deadlines.clearMs);
  }

  updateTags(update: TagUpdate): Promise<TagTexts> {
    return this.#circuit.execute(() => updateTags(this.#inner, update), this.#deadlines.writeMs);
  }

  updateRow(key: SanitizedKey, update: RowUpdate): Promise<RowReply | undefined> {
    const { readMs, writeMs } = this.#deadlines;
    return this.#circuit.execute(() => updateRow(this.#inner, key, update), update.change === 'lease' ? readMs : writeMs);
  }
}
