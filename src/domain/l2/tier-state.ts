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
  /**
   * A call was not answered in time, and no other was meanwhile. Nothing is sent until a ping is answered, so that an outage costs each process one
   * deadline and not one for each call. It ends with the ping: a slow answer is not yet an outage.
   */
  | { readonly name: 'suspect'; readonly since: number; readonly upSince: number; readonly refusal: Refusal | undefined }
  | { readonly name: 'down'; readonly since: number; readonly reason: string }
  /** L2 answers again, and must not be read before its pending keys are deleted. Every cache begins in this state. */
  | { readonly name: 'recovering'; readonly since: number; readonly downSince: number };

export type TierSignal =
  | { readonly name: 'reachable' }
  | { readonly name: 'late' }
  /** The ping was answered, or was not. */
  | { readonly name: 'answered' }
  | { readonly name: 'unanswered'; readonly reason: string }
  | { readonly name: 'lost'; readonly reason: string }
  /** `deleted`: keys were pending, and L2 has deleted them. */
  | { readonly name: 'recovered'; readonly deleted: boolean }
  | { readonly name: 'recoveryFailed'; readonly reason: string }
  | { readonly name: 'writeApplied'; readonly kind: WriteKind }
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
    case 'late':
      return state.name === 'up' ? { name: 'suspect', since: now, upSince: state.since, refusal: state.refusal } : state;
    case 'answered':
      return cleared(state);
    case 'unanswered':
      return state.name === 'suspect' ? { name: 'down', since: state.since, reason: signal.reason } : state;
    case 'recovered':
      if (state.name === 'recovering') return { name: 'up', since: now, refusal: undefined };
      return signal.deleted ? applied(cleared(state), 'delete') : state;
    case 'recoveryFailed':
      return state.name === 'recovering' ? { name: 'down', since: state.downSince, reason: signal.reason } : state;
    case 'writeApplied':
      return applied(cleared(state), signal.kind);
    case 'writeRefused':
      return refused(cleared(state), { of: signal.kind, reason: signal.reason }, now);
  }
}

/** An outage that recovery did not end is still the same outage; one that was suspected began then. */
function outageBegan(state: TierState, now: number): number {
  if (state.name === 'suspect') return state.since;
  return state.name === 'recovering' ? state.downSince : now;
}

/** Any answer ends the suspicion. */
function cleared(state: TierState): Exclude<TierState, { readonly name: 'suspect' }> {
  return state.name === 'suspect' ? { name: 'up', since: state.upSince, refusal: state.refusal } : state;
}

function applied(state: TierState, kind: WriteKind): TierState {
  return state.name === 'up' && state.refusal?.of === kind ? { ...state, refusal: undefined } : state;
}

/** A server that refuses deletes still answers reads correctly, except for pending keys, which count as misses anyway. */
function refused(state: Exclude<TierState, { readonly name: 'suspect' }>, refusal: Refusal, now: number): TierState {
  if (state.name === 'down') return state;
  if (state.name === 'recovering') return { name: 'up', since: now, refusal };
  // One refusal at a time: a read-only server refuses both kinds, and must not be reported with every command.
  const isChanged = state.refusal === undefined || (state.refusal.of === refusal.of && state.refusal.reason !== refusal.reason);
  return isChanged ? { ...state, refusal } : state;
}
