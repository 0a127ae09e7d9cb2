import type { CacheStats } from '../ports/cache-stats';
import type { CacheEmitter } from './events/cache-events';
import type { CacheInspector } from './l1/cache-inspector';
import type { CacheKeys } from './entry/cache-keys';
import type { Lifecycle } from './lifecycle';
import type { Lookup } from './reading/get';
import type { CacheSettings } from './options/settings';
import type { ReadThrough } from './reading/read-through';
import type { Reader } from './reading/l2-reader';
import type { Reporter } from './events/reporter';
import type { Observers } from './stats/observers';
import type { Writer } from './writing/writer';

/** What one namespace is made of. */
export interface CacheParts {
  readonly settings: Pick<CacheSettings, 'life' | 'maxTtlMs' | 'clock'>;
  readonly keys: CacheKeys;
  readonly reader: Reader;
  readonly writer: Writer;
  readonly lookup: Lookup;
  readonly readThrough: ReadThrough;
  readonly reporter: Reporter;
  readonly emitter: CacheEmitter;
  readonly lifecycle: Lifecycle;
  readonly stats: () => CacheStats;
  readonly observers: Observers;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly inspector: CacheInspector;
  /** The same cache under a namespace below this one. */
  readonly child: (name: string) => object;
  /** Every namespace of the cache, in the order in which they were made. */
  readonly allNamespaces: () => readonly object[];
}
