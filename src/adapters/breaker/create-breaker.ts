import { withDeadline } from '../../domain/deadline';
import type { BreakerSettings, Deadlines } from '../../domain/options/settings';
import type { BreakerState } from '../../domain/l2/remote-tier';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Clock } from '../../ports/clock';
import type { HealthProbe } from '../../ports/health-probe';
import type { Store } from '../../ports/store';
import { BreakerProbe } from './breaker-probe';
import { BreakerStore } from './breaker-store';
import { Circuit } from './circuit';

/** Nobody's key: those of users begin with a namespace and a colon. Where an ACL forbids it, the refusal is an answer too. */
const trialKey = 'tiercel~trial' as SanitizedKey;

export interface BreakerParts {
  /** Brings its own deadlines. */
  readonly store: Store;
  readonly probe: HealthProbe;
  readonly settings: BreakerSettings;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  /** Told of each change of its state. */
  readonly onMove?: (state: BreakerState) => void;
}

/**
 * A circuit breaker around a store, and the probe that counts it in. The probe's `start` and `stop` start and stop both the breaker and the
 * inner probe.
 * @throws CacheError `CACHE_DEPENDENCY_MISSING` without opossum
 */
export function createBreaker({ store, probe, settings, deadlines, clock, onMove = unnoticed }: BreakerParts): {
  readonly store: Store;
  readonly probe: HealthProbe;
  readonly state: () => BreakerState | undefined;
} {
  const { readMs } = deadlines;
  const ask = (): Promise<unknown> => withDeadline(store.get(trialKey), readMs, clock, () => new Error('the trial was not answered'));
  const circuit = new Circuit(settings, clock, { call: ask, deadlineMs: readMs }, onMove);
  return { store: new BreakerStore(store, circuit, deadlines), probe: new BreakerProbe(probe, circuit), state: () => circuit.state };
}

function unnoticed(): void {
  // Not everybody counts.
}
