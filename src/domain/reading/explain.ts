import type { Clock } from '../../ports/clock';
import type { PayloadRejection } from '../../ports/metrics-sink';
import type { SanitizedKey } from '../../ports/sanitized-key';
import { CacheError } from '../cache-error';
import type { PendingInvalidations } from '../consistency/pending-invalidations';
import { verdictOf, type NamespaceTimes, type TagTimes } from '../consistency/tag-times';
import type { CacheKeys, KeyInspection } from '../entry/cache-keys';
import type { EntryHeader } from '../entry/entry-header';
import type { PayloadCodec } from '../entry/payload-codec';
import { readRow } from '../entry/row';
import { givenNames, noTags, type TagNames, type TagSet } from '../entry/tag-names';
import type { CacheInspector, HeldEntry } from '../l1/cache-inspector';
import { unreachable, type RemoteTier } from '../l2/remote-tier';
import type { ServerTags } from '../l2/server-tags';

/** A tag of an entry in L2, with the times at which its entries were removed and expired; `undefined` for a tag that L2 does not hold. */
export interface ExplainedTag {
  /** Its name, as the sanitizer returns it. */
  readonly name: SanitizedKey;
  /** The times of its last removal and its last expiry, on the clock of the namespace. */
  readonly times: TagTimes | undefined;
}

/** The entry of L2 under one key, and whether it is used. */
export interface ExplainedEntry {
  /**
   * - `fresh`, `stale`: it is used.
   * - `dead`: its ttl and its grace period are over.
   * - `cleared`: everything was removed after its value was loaded.
   * - `removed`, `expired`: one of its tags was invalidated after its value was loaded, or is lost; or the key was expired.
   * - `rejected`: it cannot be read; see `rejection`.
   */
  readonly state: 'fresh' | 'stale' | 'dead' | 'cleared' | 'removed' | 'expired' | 'rejected';
  /** Why it cannot be read; `undefined` in the other states. */
  readonly rejection: PayloadRejection | undefined;
  /** Milliseconds since it was written; `undefined` for a rejected one, as the next two. */
  readonly ageMs: number | undefined;
  /** Milliseconds until it expires: `Infinity` without an end, 0 for one that has. */
  readonly ttlMs: number | undefined;
  /** The time of the namespace's clock at which its load began. */
  readonly asOf: number | undefined;
  /** Its tags, with their times. */
  readonly tags: readonly ExplainedTag[];
}

/** The contents of both tiers for a key, and why a read would find it or not. */
export interface KeyExplanation {
  /** The names of the key in both tiers. */
  readonly key: KeyInspection;
  /** The entry of L1, fresh or stale; `undefined` if it has none. */
  readonly l1: HeldEntry | undefined;
  /** The entry of L2; `'absent'`, `'unreachable'`, or `'none'` for a cache without L2. */
  readonly l2: ExplainedEntry | 'absent' | 'unreachable' | 'none';
  /** L2 still has to remove the key, one of its tags or everything: until then its entry counts as a miss in this process. */
  readonly isPending: boolean;
  /** Whether a process has placed a lease in L2, because it is loading the key. A lease ends with its load, or 5 seconds after its process. */
  readonly isLeased: boolean;
  /** The clock of the namespace, and when everything was removed last; `undefined` if L2 has not said it. */
  readonly times: NamespaceTimes | undefined;
}

export interface ExplainerParts {
  readonly keys: CacheKeys;
  readonly inspector: CacheInspector;
  readonly remote: RemoteTier;
  readonly hasL2: boolean;
  readonly pending: PendingInvalidations;
  readonly tagNames: TagNames;
  readonly serverTags: ServerTags;
  readonly codec: PayloadCodec;
  readonly clock: Clock;
}

/** Says what both tiers have for a key. Nothing is changed or counted. */
export class Explainer {
  readonly #parts: ExplainerParts;

  constructor(parts: ExplainerParts) {
    this.#parts = parts;
  }

  /** @param given - the key as the application gave it */
  async explain(given: string): Promise<KeyExplanation> {
    const { hasL2, inspector, keys, pending, remote, serverTags, tagNames } = this.#parts;
    const key = keys.inspect(given);
    const l1 = inspector.entry(key.l1);
    const unknown = { key, l1, isPending: false, isLeased: false, times: undefined };
    if (!hasL2) return { ...unknown, l2: 'none' };
    const reply = await remote.read([key.l2, serverTags.stateKey], 0);
    const isPending = pending.has(key.l1);
    if (reply === unreachable || reply instanceof CacheError) return { ...unknown, l2: 'unreachable', isPending };
    const [text = '', state] = reply;
    const { endsAt, expiredAt, lease, payload } = readRow(text);
    const times = serverTags.stateOf(state);
    const known = { key, l1, isPending, isLeased: lease !== '' && endsAt > this.#parts.clock.now(), times };
    if (payload === '') return { ...known, l2: 'absent' };
    const header = this.#parts.codec.decodeHeader(payload, key.l2);
    if ('rejected' in header) return { ...known, l2: rejected(header.rejected) };
    const tags = tagNames.ofStored(header.tags);
    const l2 = await this.#explained(header, tags, times);
    const used = expiredAt > 0 && l2.state === 'fresh' ? ({ ...l2, state: 'expired' } as const) : l2;
    return { ...known, l2: used, isPending: isPending || (tags !== undefined && pending.hasTag(tags.names)) };
  }

  async #explained(header: EntryHeader, tags: TagSet | undefined, times: NamespaceTimes | undefined): Promise<ExplainedEntry> {
    const { clock, serverTags } = this.#parts;
    const { names } = tags ?? noTags;
    const tagTimes = names.length === 0 ? [] : await serverTags.timesOf(names, times?.clock ?? 0);
    const now = clock.now();
    return {
      state: tags === undefined ? 'removed' : stateOf(header, times, tags, tagTimes, now),
      rejection: undefined,
      ageMs: Math.max(0, now - header.createdAt),
      ttlMs: Math.max(0, header.expiresAt - now),
      asOf: header.asOf,
      tags: givenNames(tags ?? noTags).map((name, i) => ({ name, times: tagTimes[i] })),
    };
  }
}

function stateOf(
  { asOf, expiresAt, staleUntil }: EntryHeader,
  times: NamespaceTimes | undefined,
  { given }: TagSet,
  tags: readonly (TagTimes | undefined)[],
  now: number,
): ExplainedEntry['state'] {
  if (times === undefined || verdictOf(asOf, times, []) === 'removed') return 'cleared';
  // The other tags are those of namespaces, which are removed by `clear`.
  if (verdictOf(asOf, times, tags.slice(given.length)) === 'removed') return 'cleared';
  const verdict = verdictOf(asOf, times, tags);
  if (verdict !== 'valid') return verdict;
  if (now < expiresAt) return 'fresh';
  return now < staleUntil ? 'stale' : 'dead';
}

function rejected(rejection: PayloadRejection): ExplainedEntry {
  return { state: 'rejected', rejection, ageMs: undefined, ttlMs: undefined, asOf: undefined, tags: [] };
}
