import { invalidOptions } from '../../domain/normalize-options';
import { check, optional, shape, type OptionProblem } from '../../domain/option-checks';
import type { InvalidationBus } from '../../ports/invalidation-bus';

/** What concerns the driver and not the adapter. */
export interface KeyvSettings {
  /**
   * Tells the other processes what to drop from layer 1. It is yours to connect and to close.
   * @defaultValue none: layer 1 asks layer 2 again every 30 s
   */
  readonly bus?: InvalidationBus;
}

const bus = check('a bus (an object with publish, subscribe, probe and noticesWithinMs)', (given) => {
  const { publish, subscribe, probe, noticesWithinMs } = Object(given) as Partial<Record<keyof InvalidationBus, unknown>>;
  const isBus = typeof publish === 'function' && typeof subscribe === 'function' && Object(probe) === probe && Number(noticesWithinMs) >= 0;
  return isBus ? (given as InvalidationBus) : undefined;
});

const settings = shape<{ bus: InvalidationBus | undefined }>({ bus: optional(bus, undefined) });

/** @throws CacheError `CACHE_OPTION_INVALID` */
export function checkKeyvSettings(given: KeyvSettings): { readonly bus: InvalidationBus | undefined } {
  const problems: OptionProblem[] = [];
  const checked = settings(given, { path: '', problems });
  if (problems.length > 0) throw invalidOptions('keyv()', problems);
  return checked;
}
