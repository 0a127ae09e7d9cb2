import type { CacheStats } from '../ports/cache-stats';
import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import type { CacheKeys } from './entry/cache-keys';
import type { TagNames } from './entry/tag-names';
import type { CacheEmitter } from './events/cache-events';
import type { Reporter } from './events/reporter';
import type { CacheInspector } from './l1/cache-inspector';
import type { MemoryTier } from './l1/memory-tier';
import type { Lifecycle } from './lifecycle';
import type { NamespaceOptions } from './options/options';
import type { LifeSettings } from './options/settings';
import type { CacheGet } from './reading/cache-get';
import type { CacheWrap } from './reading/cache-wrap';
import type { Explainer } from './reading/explain';
import type { LoadRunner } from './reading/load-runner';
import type { CopyValue } from './reading/read-result';
import type { Observers } from './stats/observers';
import type { Invalidator } from './writing/invalidator';
import type { Writer } from './writing/writer';

/** The parts of one namespace's cache. */
export interface CacheParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxTtlMs: number;
  /** The life of entries, unless a call sets another. */
  readonly life: LifeSettings;
  readonly keys: CacheKeys;
  readonly tagNames: TagNames;
  readonly memory: MemoryTier;
  readonly writer: Writer;
  readonly invalidator: Invalidator;
  readonly get: CacheGet;
  readonly wrap: CacheWrap;
  readonly loads: LoadRunner;
  readonly reporter: Reporter;
  readonly emitter: CacheEmitter;
  readonly lifecycle: Lifecycle;
  readonly stats: () => CacheStats;
  readonly observers: Observers;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly inspector: CacheInspector;
  readonly explainer: Explainer;
  /** Copies a value for one caller; `undefined` where values are handed out by reference. */
  readonly copy: CopyValue | undefined;
  /** The cache of a namespace below this one. */
  readonly child: (name: string, options: NamespaceOptions | undefined) => object;
  /** Every namespace of the cache, in the order in which they were made. */
  readonly allNamespaces: () => readonly object[];
}
