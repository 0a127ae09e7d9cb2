import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Generation, Generations } from '../consistency/generations';
import type { CacheKeys } from '../entry/cache-keys';
import type { Entry } from '../entry/entry';
import type { PayloadCodec } from '../entry/payload-codec';
import type { Leases } from '../l2/leases';
import type { RemoteTier } from '../l2/remote-tier';
import type { Invalidator } from './invalidator';

interface ResealerParts {
  readonly keys: CacheKeys;
  readonly remote: RemoteTier;
  readonly generations: Generations;
  readonly leases: Leases;
  readonly codec: PayloadCodec;
  readonly clock: Clock;
  readonly invalidator: Pick<Invalidator, 'remember'>;
}

/**
 * Writes payloads back, sealed under the present key. They keep the life that they had. Nothing is left of one whose key is changed meanwhile, here or in
 * another process.
 */
export class Resealer {
  readonly #parts: ResealerParts;

  constructor(parts: ResealerParts) {
    this.#parts = parts;
  }

  async reseal(key: SanitizedKey, payload: string, { createdAt, staleUntil }: Entry): Promise<void> {
    const { clock, codec, generations, keys, leases } = this.#parts;
    const ttlMs = Math.ceil(Math.min(staleUntil - clock.now(), staleUntil - createdAt));
    if (ttlMs <= 0) return;
    await generations.during(key, async (generation) => {
      const right = await leases.take(key, { payload, lease: '' }, generation);
      if (right === 'always') await this.#resealUnleased(key, payload, ttlMs, generation);
      if (typeof right === 'string' || !right.isOwn) return;
      const resealed = codec.reseal(payload, keys.remote(key));
      if (resealed === undefined) leases.release(key, right);
      else await leases.replace(key, right, generation, () => ({ payload: resealed, ttlMs }));
    });
  }

  async #resealUnleased(key: SanitizedKey, payload: string, ttlMs: number, generation: Generation): Promise<void> {
    const { codec, invalidator, keys, remote } = this.#parts;
    const remoteKey = keys.remote(key);
    const fate = await remote.send('store', async (store) => {
      const resealed = generation.current ? codec.reseal(payload, remoteKey) : undefined;
      if (resealed === undefined) return;
      await store.set(remoteKey, resealed, ttlMs);
      if (!generation.current) await store.delete([remoteKey]);
    });
    if (fate === 'unknown') invalidator.remember(key);
  }
}
