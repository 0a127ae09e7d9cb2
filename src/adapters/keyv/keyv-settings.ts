import { invalidOptions } from '../../domain/normalize-options';
import { methods, optional, shape, type OptionProblem } from '../../domain/option-checks';
import type { InvalidationBus } from '../../ports/invalidation-bus';

/** What concerns the driver and not the adapter. */
export interface KeyvSettings {
  /**
   * Tells the other processes what to drop from layer 1. It is yours to connect and to close.
   * @defaultValue none: layer 1 asks layer 2 again every 30 s
   */
  readonly bus?: InvalidationBus;
}

const settings = shape<{ bus: InvalidationBus | undefined }>({ bus: optional(methods('a bus', 'publish', 'subscribe'), undefined) });

/** @throws CacheError `CACHE_OPTION_INVALID` */
export function checkKeyvSettings(given: KeyvSettings): { readonly bus: InvalidationBus | undefined } {
  const problems: OptionProblem[] = [];
  const checked = settings(given, { path: '', problems });
  if (problems.length > 0) throw invalidOptions('keyv()', problems);
  return checked;
}
