import type { LoadContext, Loader } from '../../domain/reading/loader';
import type { KeySanitizer } from '../../ports/sanitized-key';
import type { CacheableService } from '../shared/cacheable.service';

interface RefreshRequest {
  readonly key: string;
  readonly oldValue: unknown;
  /** Fraction of the ttl after which the value is due for a refresh. */
  readonly refreshAhead: number;
  readonly load: Loader<unknown>;
}

/** Payload of the `refresh` event. */
export interface RefreshReport {
  readonly key: string;
  readonly value: unknown;
  readonly error?: unknown;
}

/** Refreshes values in the background with the cache's own `refreshAhead`, and reports each one once it is stored or its load has failed. */
export class BackgroundRefreshes {
  readonly #service: CacheableService;
  readonly #sanitizer: KeySanitizer;
  readonly #report: (report: RefreshReport) => void;
  /** Values that are loaded and not yet stored, by sanitized key: the cache's own events carry that one. */
  readonly #loaded = new Map<string, RefreshReport>();

  constructor(service: CacheableService, sanitizer: KeySanitizer, report: (report: RefreshReport) => void) {
    this.#service = service;
    this.#sanitizer = sanitizer;
    this.#report = report;
    service.on('refresh', ({ key, outcome }) => this.#onRefresh(key, outcome));
  }

  start(request: RefreshRequest): void {
    const { key, refreshAhead } = request;
    this.#service
      .wrap(key, (context) => this.#load(request, context), { refreshAhead })
      .catch(() => undefined)
      // If the old value expired just before, this was an ordinary load, which emits no `refresh` event.
      .finally(() => this.#loaded.delete(this.#sanitizer.sanitize(key)));
  }

  async #load({ key, oldValue, load }: RefreshRequest, context: LoadContext): Promise<unknown> {
    try {
      const value = await load(context);
      this.#loaded.set(this.#sanitizer.sanitize(key), { key, value });
      return value;
    } catch (error) {
      this.#report({ key, value: oldValue, error });
      throw error;
    }
  }

  #onRefresh(key: string, outcome: 'done' | 'failed'): void {
    const report = this.#loaded.get(key);
    this.#loaded.delete(key);
    if (report !== undefined && outcome === 'done') this.#report(report);
  }
}
