import type { LoadContext, Loader } from '../../domain/reading/loader';
import type { KeySanitizer } from '../../ports/key-sanitizer';
import type { CacheableService } from '../shared/cacheable.service';

interface Renewal {
  readonly key: string;
  readonly old: unknown;
  /** Fraction of the life from which on the value is due. */
  readonly refreshAhead: number;
  readonly load: Loader<unknown>;
}

/** What the `refresh` event carries. */
export interface RenewalReport {
  readonly key: string;
  readonly value: unknown;
  readonly error?: unknown;
}

/** Loads values behind, by the cache's own refresh, and tells of each when it is stored or could not be loaded. */
export class Renewals {
  readonly #service: CacheableService;
  readonly #sanitizer: KeySanitizer;
  readonly #tell: (report: RenewalReport) => void;
  /** Loaded and not yet stored, by the name that the cache's own events have for the key. */
  readonly #loaded = new Map<string, RenewalReport>();

  constructor(service: CacheableService, sanitizer: KeySanitizer, tell: (report: RenewalReport) => void) {
    this.#service = service;
    this.#sanitizer = sanitizer;
    this.#tell = tell;
    service.on('refresh', ({ key, outcome }) => this.#settle(key, outcome));
  }

  start(renewal: Renewal): void {
    const { key, refreshAhead } = renewal;
    this.#service
      .wrap(key, (context) => this.#load(renewal, context), { refreshAhead })
      .catch(() => undefined)
      // Where the old value has just ended, this was a load like any other.
      .finally(() => this.#loaded.delete(this.#sanitizer.sanitize(key)));
  }

  async #load({ key, old, load }: Renewal, context: LoadContext): Promise<unknown> {
    try {
      const value = await load(context);
      this.#loaded.set(this.#sanitizer.sanitize(key), { key, value });
      return value;
    } catch (error) {
      this.#tell({ key, value: old, error });
      throw error;
    }
  }

  #settle(key: string, outcome: 'done' | 'failed'): void {
    const told = this.#loaded.get(key);
    this.#loaded.delete(key);
    if (told !== undefined && outcome === 'done') this.#tell(told);
  }
}
