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

interface LeasesParts {
  readonly keys: CacheKeys;
  readonly remote: RemoteTier;
  readonly clock: Clock;
  readonly background: Background;
  /** A name that no other cache has. */
  readonly newNodeId: () => string;
}

interface HeldLease {
  readonly key: SanitizedKey;
  readonly load: Pick<Generation, 'current'>;
}

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
  async take(key: SanitizedKey, seen: SeenInL2 | undefined, load: Pick<Generation, 'current'>): Promise<StoreRight | 'changed'> {
    if (this.#isSupported === false) return 'always';
    if (seen === undefined) return 'never';
    const lease = this.#newId();
    const { fate, reply } = await this.#update('lease', key, { change: 'lease', lease, leaseMs, payload: seen.payload });
    if (fate !== 'applied') return 'never';
    this.#isSupported = reply !== undefined;
    if (reply === undefined) return 'always';
    if (reply.outcome === 'changed') return 'changed';
    if (reply.outcome === 'held') return { id: reply.lease, isOwn: this.#held.has(reply.lease), leftMs: reply.leftMs };
    this.#hold(lease, { key, load });
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
      if (!generation.current) return;
      const { payload, ttlMs } = write();
      if (payload === undefined) await store.delete([remoteKey]);
      else reply = await updateRow(store, remoteKey, { change: 'replace', lease, payload, ttlMs });
    });
    return reply?.outcome === 'changed' ? 'lost' : fate;
  }

  /** The load has ended without a value to store: other processes need not wait for it. */
  release(key: SanitizedKey, right: StoreRight): void {
    if (typeof right === 'string' || !this.#held.has(right.id)) return;
    this.#end(right.id);
    this.#parts.background.track(this.#update('store', key, { change: 'release', lease: right.id }));
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

  #renew(id: string, { key, load }: HeldLease): void {
    // Its key was changed, or it was given up at its hard timeout, and may never end.
    if (!load.current) this.release(key, { id, isOwn: true, leftMs: 0 });
    else this.#parts.background.track(this.#update('store', key, { change: 'renew', lease: id, leaseMs }));
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
