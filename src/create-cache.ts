import { randomUUID } from 'node:crypto';
import { createBreaker } from './adapters/breaker/create-breaker';
import { escapingSanitizer } from './adapters/keys/sanitizers';
import { toDriver } from './adapters/keyv/keyv-driver';
import type { KeyvLike } from './adapters/keyv/keyv-source';
import { CacheableLocalStore } from './adapters/memory/cacheable-local-store';
import { approximateBytes, bytesPerLocalEntry } from './adapters/memory/size/approximate-bytes';
import { givenBytes } from './adapters/memory/size/given-bytes';
import { globalTraces } from './adapters/otel/otel-traces';
import { cloneData, typedJsonSerializer } from './adapters/serialization/typed-json-serializer';
import { PacedStore } from './adapters/store/paced-store';
import { WriteBatchingStore } from './adapters/store/write-batching-store';
import { loadScope, detached } from './adapters/system/async-scope';
import { consoleLogger } from './adapters/system/console-logger';
import { SystemClock } from './adapters/system/system-clock';
import { assembleCache } from './domain/assemble-cache';
import type { ProtectedDriver } from './domain/assemble-l2';
import { Cache } from './domain/cache';
import type { CacheAdapters, CacheComposition, OwnedLocalStore } from './domain/cache-adapters';
import type { LocalEntry } from './domain/entry/entry';
import { deepFreeze, IsolatedLocalStore } from './domain/l1/isolated-local-store';
import type { BreakerState } from './domain/l2/remote-tier';
import { normalizeOptions } from './domain/options/normalize-options';
import type { CacheOptions } from './domain/options/options';
import type { CacheSettings } from './domain/options/settings';
import { Background } from './domain/shared/background';
import type { TypedCache } from './domain/typed-cache';
import { deriveDriver, type StoreDriver } from './ports/driver';
import type { Store } from './ports/store';
import type { Traces } from './ports/traces';

/** {@link CacheOptions}, with all forms of `secondary` and `traces`. */
export interface CreateCacheOptions extends Omit<CacheOptions, 'secondary' | 'traces'> {
  /**
   * L2: `redis(url)`, `valkey(url)`, `keyv(adapter)`, or a Keyv or a Keyv storage adapter as it is.
   * @defaultValue none: L1 alone
   */
  readonly secondary?: StoreDriver | KeyvLike;
  /**
   * Spans of the calls that L1 could not answer, through OpenTelemetry: `true` for the tracer that the application has registered, `otelTraces(provider)`
   * for another. Never a key or a value.
   * @defaultValue `false`
   */
  readonly traces?: Traces | boolean;
}

/**
 * Creates a cache for plain Node.js. It connects at its first use, or at `start()`.
 * @throws CacheError `CACHE_OPTION_INVALID`, with all problems of the options in one message; `CACHE_DEPENDENCY_MISSING`
 */
export function createCache(options?: CreateCacheOptions): Cache;
export function createCache<Schema extends object>(options?: CreateCacheOptions): TypedCache<Schema>;
export function createCache(options: CreateCacheOptions = {}): Cache {
  return composeCache(options, { lateReads: 'refused', create: (parts) => new Cache(parts) });
}

interface Composition<C extends Cache> extends Omit<CacheComposition<C>, 'background'> {
  /** Used if the options have no namespace. */
  readonly defaultNamespace?: string;
}

/** @internal The way from options to a cache, for both composition roots. */
export function composeCache<C extends Cache>(given: CreateCacheOptions, { defaultNamespace, ...composition }: Composition<C>): C {
  const parts = { logger: consoleLogger, clock: new SystemClock(), sanitizer: escapingSanitizer() };
  const settings = normalizeOptions(withAdapters(given, defaultNamespace), parts);
  if (given.namespace === undefined) warnOfSharedNamespace(settings);
  const adapters: CacheAdapters = {
    newLocalStore,
    serializer: typedJsonSerializer,
    protect,
    loadScope: loadScope(),
    newNodeId: randomUUID,
    random: Math.random,
    afterTurn: (task) => void setImmediate(task),
    detach: detached(),
  };
  return assembleCache(settings, adapters, { ...composition, background: new Background() });
}

/** @internal For the compat module. */
export { memorySettings, type MemorySettings } from './adapters/cacheable/memory-settings';

function newLocalStore({ clock, logger, primary }: CacheSettings): OwnedLocalStore {
  const { lruSize, maxBytes } = primary;
  const given = primary.bytesOf && givenBytes(primary.bytesOf, logger);
  const memory = new CacheableLocalStore<LocalEntry>({
    lruSize,
    maxBytes,
    bytesOf: ({ value }, onSlab) => bytesPerLocalEntry + (given?.(value) ?? approximateBytes(value, maxBytes, onSlab)),
    clock,
  });
  const dispose = (): void => memory.dispose();
  if (primary.useClone) {
    return { store: new IsolatedLocalStore(memory, { onWrite: cloneData, onRead: structuredClone }), dispose, copy: cloneIfPossible };
  }
  if (primary.freeze) return { store: new IsolatedLocalStore(memory, { onWrite: deepFreeze, onRead: (value) => value }), dispose };
  return { store: memory, dispose };
}

/** A value that a clone would change, such as an instance of a class, is returned as it is: L1 does not keep it, and callers of one load share it. */
function cloneIfPossible(value: unknown): unknown {
  try {
    return cloneData(value);
  } catch {
    return value;
  }
}

/** A value that is not an object is passed on as it is: the option check refuses it. */
function withAdapters(given: CreateCacheOptions, defaultNamespace: string | undefined): CacheOptions {
  if (Object(given) !== given) return given as CacheOptions;
  const traces = given.traces === true ? globalTraces('traces: true') : given.traces;
  const namespace = given.namespace ?? defaultNamespace;
  return { ...given, secondary: toDriver(given.secondary) ?? given.secondary, namespace, traces } as CacheOptions;
}

function warnOfSharedNamespace({ logger, namespace, secondary }: CacheSettings): void {
  if (secondary === undefined) return;
  logger.warn(
    `no namespace is set, so the keys start with '${namespace}': another service on the same server that sets none either reads and clears these ` +
      `entries. Set namespace to the name of the service, or to '${namespace}' if no other service uses the server`,
  );
}

/** Single calls become commands of a bounded size, a bounded number at a time. */
function batched(store: Store): Store {
  return new WriteBatchingStore(new PacedStore(store));
}

/** Batches outside the breaker: it counts one call per batch, and not one per key. */
function protect(
  given: StoreDriver,
  { breaker, clock, deadlines }: CacheSettings,
  onTransition: (state: BreakerState) => void,
): ProtectedDriver {
  if (breaker === false) return { driver: deriveDriver(given, { store: batched(given.store) }) };
  const guarded = createBreaker({ store: given.store, probe: given.probe, settings: breaker, deadlines, clock, onTransition });
  const open = async (): Promise<void> => {
    guarded.probe.start();
    await given.open();
  };
  const close = async (): Promise<void> => {
    guarded.probe.stop();
    await given.close();
  };
  const driver = deriveDriver(given, { store: batched(guarded.store), probe: guarded.probe, open, close });
  return { driver, breaker: guarded.state };
}
