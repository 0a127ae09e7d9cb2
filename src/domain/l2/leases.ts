import type { Cancel, Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { RowReply, RowUpdate } from '../../ports/store';
import type { Generation } from '../consistency/generations';
import type { CacheKeys } from '../entry/cache-keys';
import type { Background } from '../shared/background';
import type { RemoteTier, WriteFate } from './remote-tier';
import { updateRow } from './store-updates';

/** The mark of one load in the place of its key in L2. */
export interface Lease {
  readonly id: string;
  /** Whether this cache placed it. A load that finds the lease of another may store in its place too: the first one does. */
  readonly isOwn: boolean;
  /** Milliseconds until it ends, unless its holder renews it. */
  readonly leftMs: number;
}

/**
 * How a loaded value may be stored in L2. A lease: only while the key still holds it, because each change of the key removes it. `'always'`: L2 has no
 * leases. `'never'`: L2 was not asked before the load, so nothing is known about changes since then.
 */
export type StoreRight = Lease | 'always' | 'never';

/** What L2 held when it was read. */
export interface SeenInL2 {
  readonly payload: string | undefined;
  /** The lease in front of it; empty if there was none. */
  readonly lease: string;
}

/** `undefined` for a value that L2 cannot hold: then its older one is deleted. */
export interface WrittenPayload {
  readonly payload: string | undefined;
  readonly ttlMs: number;
}

const nothing: WrittenPayload = { payload: undefined, ttlMs: 1 };

interface LeasesParts {
  readonly keys: CacheKeys;
  readonly remote: RemoteTier;
  readonly clock: Clock;
  readonly background: Background;
  /** A name that no other cache has. */
  readonly newNodeId: () => string;
}

type Load = Pick<Generation, 'current'>;

interface HeldLease {
  readonly key: SanitizedKey;
  /** Of this process, which share it. */
  readonly loads: Set<Load>;
  /** Monotonic milliseconds. */
  readonly since: number;
}

/** A load that takes longer may never end: its lease is not renewed any more. Milliseconds. */
const longestHoldMs = 300_000;

/** A process that dies costs those that wait for its load no longer than this. Milliseconds. */
export const leaseMs = 5_000;

const renewalsPerLease = 3;

/** The leases that loads of one namespace hold in L2. A lease that is lost costs one stored value, and never brings a wrong one. */
export class Leases {
  readonly #parts: LeasesParts;
  #node: string | undefined;
  #count = 0;
  /** Own leases of running loads. */
  readonly #held = new Map<string, HeldLease>();
  #cancelRenewal: Cancel | undefined;
  /** Whether L2 has leases; `undefined` before it was asked. */
  #isSupported: boolean | undefined;

  constructor(parts: LeasesParts) {
    this.#parts = parts;
  }

  /**
   * Places a lease before a load. `'changed'`: L2 holds another payload than the one that was seen.
   * @param seen - `undefined` if L2 was not asked
   * @param load - the lease is renewed as long as its value may be stored
   */
  async take(key: SanitizedKey, seen: SeenInL2 | undefined, load: Load): Promise<StoreRight | 'changed'> {
    if (this.#isSupported === false) return 'always';
    if (seen === undefined) return 'never';
    const lease = this.#newId();
    const { fate, reply } = await this.#update('lease', key, { change: 'lease', lease, leaseMs, payload: seen.payload });
    if (fate !== 'applied') return 'never';
    this.#isSupported = reply !== undefined;
    if (reply === undefined) return 'always';
    if (reply.outcome === 'changed') return 'changed';
    // Its own one, if a client has sent the command twice.
    if (reply.outcome === 'held' && reply.lease !== lease) {
      const held = this.#held.get(reply.lease);
      held?.loads.add(load);
      return { id: reply.lease, isOwn: held !== undefined, leftMs: reply.leftMs };
    }
    this.#hold(lease, { key, loads: new Set([load]), since: this.#parts.clock.elapsed() });
    return { id: lease, isOwn: true, leftMs: leaseMs };
  }

  /**
   * Stores a payload in place of a lease, whose load has ended. `'lost'`: the key holds the lease no longer.
   * @param generation - of the key since the load has ended
   * @param write - makes the payload when it is sent
   */
  async replace(key: SanitizedKey, { id: lease }: Lease, generation: Generation, write: () => WrittenPayload): Promise<WriteFate | 'lost'> {
    const { keys, remote } = this.#parts;
    this.#end(lease);
    const remoteKey = keys.remote(key);
    let reply: RowReply | undefined;
    const fate = await remote.send('store', async (store) => {
      // What overtook the load has removed the lease, or is about to.
      const { payload = '', ttlMs } = generation.current ? write() : nothing;
      reply = await updateRow(store, remoteKey, { change: 'replace', lease, payload, ttlMs });
    });
    return fate === 'applied' && reply?.outcome !== 'done' ? 'lost' : fate;
  }

  /** The load has ended without a value to store: other processes need not wait for it, unless another load of this one shares the lease. */
  release(key: SanitizedKey, right: StoreRight, load: Load): void {
    const held = typeof right === 'string' ? undefined : this.#held.get(right.id);
    if (typeof right === 'string' || held === undefined) return;
    held.loads.delete(load);
    if (held.loads.size === 0) this.#release(right.id, key);
  }

  /** Ends the renewal of all leases. */
  stop(): void {
    this.#cancelRenewal?.();
    this.#cancelRenewal = undefined;
  }

  /** Leases of running loads. */
  get held(): number {
    return this.#held.size;
  }

  #end(lease: string): void {
    this.#held.delete(lease);
    if (this.#held.size === 0) this.stop();
  }

  #newId(): string {
    this.#node ??= this.#parts.newNodeId();
    this.#count += 1;
    return `${this.#node}.${this.#count.toString(36)}`;
  }

  #hold(lease: string, held: HeldLease): void {
    this.#held.set(lease, held);
    if (this.#cancelRenewal === undefined) this.#scheduleRenewal();
  }

  #scheduleRenewal(): void {
    this.#cancelRenewal = this.#parts.clock.schedule(leaseMs / renewalsPerLease, () => {
      this.#cancelRenewal = undefined;
      for (const [lease, held] of [...this.#held]) this.#renew(lease, held);
      if (this.#held.size > 0) this.#scheduleRenewal();
    });
  }

  #renew(lease: string, { key, loads, since }: HeldLease): void {
    // A load is over for its callers if its key was changed, or if it was given up at its hard timeout.
    const isWanted = [...loads].some(({ current }) => current) && this.#parts.clock.elapsed() - since < longestHoldMs;
    if (!isWanted) {
      this.#release(lease, key);
      return;
    }
    const renewed = this.#update('store', key, { change: 'renew', lease, leaseMs }).then(({ reply }) => {
      if (reply?.outcome === 'changed') this.#end(lease);
    });
    this.#parts.background.track(renewed);
  }

  #release(lease: string, key: SanitizedKey): void {
    this.#end(lease);
    this.#parts.background.track(this.#update('store', key, { change: 'release', lease }));
  }

  async #update(
    kind: 'lease' | 'store',
    key: SanitizedKey,
    update: RowUpdate,
  ): Promise<{ readonly fate: WriteFate; readonly reply: RowReply | undefined }> {
    const { keys, remote } = this.#parts;
    let reply: RowReply | undefined;
    const fate = await remote.send(kind, async (store) => {
      reply = await updateRow(store, keys.remote(key), update);
    });
    return { fate, reply };
  }
}
