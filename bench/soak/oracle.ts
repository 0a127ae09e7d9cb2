import type { History, Invalidation, Applied, Read, Store } from './history';
import type { Received } from './instance-facts';

/*
 * The promises of docs/consistency.md, in terms of requests and responses.
 *
 * The parent changes its database and then sends a `set`, `del`, `delByTag` or `clear`, an invalidation, to one instance. From then on "older" is a version from
 * before that change. A read that was asked for after one of these moments returns nothing older:
 *
 * 1. in the instance that was called: after its answer, `'done'` or `'pending'`;
 * 2. in the other one, after `'done'`: once it had been given the message, or a later one of the same sender, or had noticed a gap, when the
 *    read began. Each response of an instance says so; no delay is assumed;
 * 3. in the other one, whatever it has received: 30 s and one read deadline after `'done'`;
 * 4. after `'pending'`: as after `'done'`, once the instance that was called has nothing pending any more;
 * 5. while nothing is wrong, the message itself is there after `busWindowMs`. The page says "within milliseconds"; a machine that is busy
 *    with other things is given more;
 * 6. the value of a `set` that L2 did not take is gone from its instance after `degradedTtl`. The answer `'pending'` alone may also mean that only the message
 *    is still to be sent.
 *
 * Three things are not promised, and are the only excuses. They need evidence: a process must have stored exactly that version.
 *
 * a. The other instance stored it by a `set` while the invalidation was under way, without having its message. That lasts until the next
 *    invalidation of the key. A load is no excuse: L2 takes its value in place of its lease alone.
 * b. The fate of a `set` is unknown: it was sent to L2, which did not answer in time. That lasts until its sender has recovered and the reader has
 *    received its message. For the sender itself such a key is a miss, and there is no excuse.
 * c. A server loses acknowledged writes. This one does not: it writes each command to its append-only file before it answers.
 *
 * A read is judged when all that was under way beside it has been answered.
 */

/** The ttl of L1 without a bus, the deadline of a read, and the lag of its clock. */
const withoutMessageMs = 30_000 + 250 + 5;
const degradedTtlMs = 5_000 + 5;
const busWindowMs = 5_000;

/** The error of a read, if there is one. */
export function violationOf(read: Read, history: History): string | undefined {
  const { invalidations, stores } = history.of(read.key);
  const sources = stores.get(read.version) ?? [];
  let at = firstFrom(invalidations, read.version);
  const ofTheVersion = invalidations[at];
  if (ofTheVersion?.version === read.version) {
    at += 1;
    if (hasOutlived(ofTheVersion, read) && !sources.some(({ kind }) => kind === 'load'))
      return `${describe(read, ofTheVersion)} after degradedTtl`;
  }
  // Those that were asked for later are not in force.
  for (let one = invalidations[at]; one !== undefined && one.askedAt <= read.askedAt; one = invalidations[++at]) {
    if (isInForce(one, read) && !sources.some((store) => excuses(store, one, read))) return describe(read, one);
  }
  return undefined;
}

/** The index of the first with this version or a later one. */
function firstFrom(invalidations: readonly Invalidation[], version: number): number {
  let [from, to] = [0, invalidations.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (invalidations[middle]!.version < version) from = middle + 1;
    else to = middle;
  }
  return from;
}

function isInForce(invalidation: Invalidation, read: Read): boolean {
  const { answeredAt, askedAt, instance, applied } = invalidation;
  if (instance === read.instance) return read.askedAt >= answeredAt;
  if (applied === undefined) return false;
  const isCalm = askedAt >= read.calmSince && read.askedAt >= applied.at + busWindowMs;
  return isCalm || isDue(applied, read);
}

function excuses(store: Store, invalidation: Invalidation, read: Read): boolean {
  if (!store.sent || store.kind === 'load') return false;
  if (store.fateUnknown) return store.instance !== read.instance && !(store.applied && isDue(store.applied, read));
  const hadMessage =
    store.received !== undefined && invalidation.applied !== undefined && hasReceived(invalidation.applied, store.received);
  return store.instance !== invalidation.instance && store.answeredAt >= invalidation.askedAt && !hadMessage;
}

/** Whether the other instance has to act upon it when the read begins. */
function isDue(applied: Applied, { askedAt, received }: Read): boolean {
  return hasReceived(applied, received) || askedAt >= applied.at + withoutMessageMs;
}

function hasReceived(applied: Applied, { gapAt, lastMessage }: Received): boolean {
  return lastMessage >= applied.message || gapAt >= applied.at;
}

function hasOutlived({ answeredAt, instance, isOwed }: Invalidation, read: Read): boolean {
  return isOwed && instance === read.instance && read.askedAt > answeredAt + degradedTtlMs;
}

function describe({ askedAt, instance, key, version }: Read, broken: Invalidation): string {
  const lateMs = Math.round(askedAt - broken.answeredAt);
  return `instance ${instance} read version ${version} of key ${key}, ${lateMs} ms after instance ${broken.instance} had answered '${broken.outcome}' to a ${broken.kind} of version ${broken.version}`;
}
