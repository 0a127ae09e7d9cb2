import type { BreakerState } from '../../domain/l2/remote-tier';
import type { BreakerSettings, Deadlines } from '../../domain/options/settings';
import { withDeadline } from '../../domain/shared/deadline';
import type { Clock } from '../../ports/clock';
import type { HealthProbe } from '../../ports/health-probe';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Store } from '../../ports/store';
import { BreakerProbe } from './breaker-probe';
import { BreakerStore } from './breaker-store';
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
