/** A server may refuse stores and apply deletes, as a full one does, or the other way round. Each refusal ends when its own kind succeeds. */
export type WriteKind = 'store' | 'delete';

interface Refusal {
  readonly of: WriteKind;
  readonly reason: string;
}

/** The state of L2 in this process. Instants are monotonic milliseconds. */
export type TierState =
  | {
      readonly name: 'up';
      readonly since: number;
      /** Reads are answered and writes are refused: full, read-only, not permitted. */
      readonly refusal: Refusal | undefined;
    }
  | { readonly name: 'down'; readonly since: number; readonly reason: string }
  /** L2 answers again, and must not be read before its pending keys are deleted. Every cache begins in this state. */
  | { readonly name: 'recovering'; readonly since: number; readonly downSince: number };

export type TierSignal =
  | { readonly name: 'reachable' }
  | { readonly name: 'lost'; readonly reason: string }
  /** `deleted`: keys were pending, and L2 has deleted them. */
  | { readonly name: 'recovered'; readonly deleted: boolean }
  | { readonly name: 'recoveryFailed'; readonly reason: string }
  | { readonly name: 'writeTaken'; readonly kind: WriteKind }
  | { readonly name: 'writeRefused'; readonly kind: WriteKind; readonly reason: string };

export function initialTierState(now: number): TierState {
  return { name: 'recovering', since: now, downSince: now };
}

/**
 * The whole outage logic in one place: pure, total, no timers.
 * A signal without meaning in a state returns the same object, so that identity shows whether the state changed.
 */
export function nextTierState(state: TierState, signal: TierSignal, now: number): TierState {
  switch (signal.name) {
    case 'reachable':
      return state.name === 'down' ? { name: 'recovering', since: now, downSince: state.since } : state;
    case 'lost':
      return state.name === 'down' ? state : { name: 'down', since: outageBegan(state, now), reason: signal.reason };
    case 'recovered':
      if (state.name === 'recovering') return { name: 'up', since: now, refusal: undefined };
      return signal.deleted ? taken(state, 'delete') : state;
    case 'recoveryFailed':
      return state.name === 'recovering' ? { name: 'down', since: state.downSince, reason: signal.reason } : state;
    case 'writeTaken':
      return taken(state, signal.kind);
    case 'writeRefused':
      return refused(state, { of: signal.kind, reason: signal.reason }, now);
  }
}

/** An outage that recovery did not end is still the same outage. */
function outageBegan(state: TierState, now: number): number {
  return state.name === 'recovering' ? state.downSince : now;
}

function taken(state: TierState, kind: WriteKind): TierState {
  return state.name === 'up' && state.refusal?.of === kind ? { ...state, refusal: undefined } : state;
}

/** A server that refuses deletes still answers reads correctly, except for pending keys, which count as misses anyway. */
function refused(state: TierState, refusal: Refusal, now: number): TierState {
  if (state.name === 'down') return state;
  if (state.name === 'recovering') return { name: 'up', since: now, refusal };
  // One refusal at a time: a read-only server refuses both kinds, and must not be reported with every command.
  const isNews = state.refusal === undefined || (state.refusal.of === refusal.of && state.refusal.reason !== refusal.reason);
  return isNews ? { ...state, refusal } : state;
}
