import type { CacheKey } from '../../ports/cache-key';
import type { Store } from '../../ports/store';
import { Batch } from './batch';

type Payload = string | undefined;

/** One `getMany`, in which every key is asked once however many callers want it. */
export class ReadBatch extends Batch<readonly Payload[]> {
  readonly #positions = new Map<CacheKey, number>();

  get size(): number {
    return this.#positions.size;
  }

  add(key: CacheKey): Promise<Payload> {
    const position = this.#positions.get(key) ?? this.#append(key);
    return this.outcome.then((payloads) => payloads[position]);
  }

  #append(key: CacheKey): number {
    const position = this.#positions.size;
    this.#positions.set(key, position);
    return position;
  }

  protected async ask(store: Store): Promise<readonly Payload[]> {
    const keys = [...this.#positions.keys()];
    const [key] = keys;
    return keys.length === 1 && key !== undefined ? [await store.get(key)] : store.getMany(keys);
  }
}
