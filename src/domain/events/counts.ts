import type { PayloadRejection } from '../../ports/metrics-sink';

/** What one namespace has done. Plain integers in one object, because the hot path adds to them. */
export class Counts {
  localHits = 0;
  remoteHits = 0;
  misses = 0;
  readonly set = { done: 0, pending: 0 };
  readonly delete = { done: 0, pending: 0 };
  readonly clear = { done: 0, pending: 0 };
  readonly loads = { stored: 0, fenced: 0, skipped: 0, failed: 0 };
  readonly stale = { revalidate: 0, error: 0, unreachable: 0 };
  readonly refreshes = { done: 0, failed: 0 };
  readonly rejected: Record<PayloadRejection, number> = {
    version: 0,
    malformed: 0,
    sealed: 0,
    tampered: 0,
    unknown_key: 0,
    schema: 0,
    oversized: 0,
    unsealed: 0,
    unencodable: 0,
  };
  readonly payloadBytes = { read: 0, written: 0 };
  coalesced = 0;
  evicted = 0;
  invalidated = 0;
}
