import type { Clock } from '../../ports/clock';
import type { SanitizedKey } from '../../ports/sanitized-key';
import type { Generations } from '../consistency/generations';
import type { CacheKeys } from '../entry/cache-keys';
import type { Entry } from '../entry/entry';
import type { PayloadCodec } from '../entry/payload-codec';
import type { RemoteTier } from '../l2/remote-tier';
import { updateRow } from '../l2/store-updates';
import type { Invalidator } from './invalidator';

interface ResealerParts {
  readonly keys: CacheKeys;
  readonly remote: RemoteTier;
  readonly generations: Generations;
  readonly codec: PayloadCodec;
  readonly clock: Clock;
  readonly invalidator: Pick<Invalidator, 'remember'>;
}

/**
 * Writes payloads back, sealed under the present key. They keep the life that they had. L2 takes such a payload in place of the former one alone, so a change
 * by this process or another one stays. Where it cannot compare, a change that this process hears of meanwhile deletes the payload.
 */
export class Resealer {
  readonly #parts: ResealerParts;

  constructor(parts: ResealerParts) {
    this.#parts = parts;
  }

  async reseal(key: SanitizedKey, payload: string, { createdAt, staleUntil }: Entry): Promise<void> {
    const { clock, codec, generations, invalidator, keys, remote } = this.#parts;
    const ttlMs = Math.ceil(Math.min(staleUntil - clock.now(), staleUntil - createdAt));
    const resealed = codec.reseal(payload, keys.remote(key));
    if (ttlMs <= 0 || resealed === undefined) return;
    await generations.during(key, async (generation) => {
      const isOvertaken = (): boolean => !generation.current;
      const fate = await remote.send('store', async (store) => {
        if (isOvertaken()) return;
        const remoteKey = keys.remote(key);
        const reply = await updateRow(store, remoteKey, { change: 'swap', seen: payload, payload: resealed, ttlMs });
        if (reply !== undefined) return;
        await store.set(remoteKey, resealed, ttlMs);
        if (isOvertaken()) await store.delete([remoteKey]);
      });
      if (fate === 'unknown') invalidator.remember(key);
    });
  }
}
