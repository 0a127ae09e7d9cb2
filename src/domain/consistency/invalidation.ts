import type { SanitizedKey } from '../../ports/sanitized-key';

/** Keys of one namespace, or all of them. */
export type InvalidKeys = readonly SanitizedKey[] | 'everything';

/** `changed`: an application wrote or deleted the keys. `repaired`: a load that had reached L2 too late was deleted from it. */
export type InvalidationKind = 'changed' | 'repaired';

/** Drops keys from L1, and from reads in flight, that another process has changed or repaired. */
export type OnInvalidation = (keys: InvalidKeys, kind: InvalidationKind) => void;
