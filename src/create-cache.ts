import { randomUUID } from 'node:crypto';
import { TurnBatchingStore } from './adapters/store/turn-batching-store';
import { createBreaker } from './adapters/breaker/create-breaker';
import { CacheableLocalStore } from './adapters/memory/cacheable-local-store';
import { approximateBytes, localEntryBytes } from './adapters/memory/size/approximate-bytes';
import { givenBytes } from './adapters/memory/size/given-bytes';
import { escapingSanitizer } from './adapters/keys/escaping-sanitizer';
import { toDriver } from './adapters/keyv/keyv-driver';
import type { KeyvLike } from './adapters/keyv/keyv-source';
import { globalTraces } from './adapters/otel/otel-traces';
import { cloneData, typedJsonSerializer } from './adapters/serialization/typed-json-serializer';
import { consoleLogger } from './adapters/system/console-logger';
import { detached } from './adapters/system/detached';
import { SystemClock } from './adapters/system/system-clock';
import { assembleCache, type OwnedLocalStore } from './domain/assemble-cache';
import { Background } from './domain/background';
import { BusChannel, withChannel, noChannel, type InvalidationChannel } from './domain/bus/invalidation-channel';
import { Cache } from './domain/cache';
import type { CacheEmitter } from './domain/events/cache-events';
import type { CacheParts } from './domain/cache-parts';
import { DeadlineStore } from './domain/l2/deadline-store';
import { deepFreeze, IsolatedLocalStore } from './domain/l1/isolated-local-store';
import type { LocalEntry } from './domain/entry/entry';

import { Lifecycle, type LateReads } from './domain/lifecycle';
import { normalizeOptions } from './domain/options/normalize-options';
import type { CacheOptions } from './domain/options/options';
import type { CacheSettings } from './domain/options/settings';
import { PayloadCodec } from './domain/entry/payload-codec';
import { noRemoteTier, type BreakerState, type RemoteTier } from './domain/l2/remote-tier';
import { TimedBus } from './domain/bus/timed-bus';
import { shareDriver } from './domain/l2/shared-driver';
import { TierGate } from './domain/l2/tier-gate';
import { TierReporter } from './domain/l2/tier-reporter';
import { ttlWithoutBusMs } from './domain/consistency/bus-view';
import type { TypedCache } from './domain/typed-cache';
import { deriveDriver, type StoreDriver } from './ports/driver';
import type { Traces } from './ports/traces';

/** @internal For the compat module. */
export { memorySettings, type MemorySettings } from './adapters/cacheable/memory-settings';

/** {@link CacheOptions}, with everything that `secondary` and `traces` may be. */
export interface CreateCacheOptions extends Omit<CacheOptions, 'secondary' | 'traces'> {
  /**
   * Layer 2: `redis(url)`, `valkey(url)`, `keyv(adapter)`, or a Keyv or a Keyv storage adapter as it is.
   * @defaultValue none: layer 1 alone
   */
  readonly secondary?: StoreDriver | KeyvLike;
  /**
   * Spans of what layer 1 could not answer, through OpenTelemetry: `true` for the tracer that the application has registered, `otelTraces(provider)`
   * for another. Never a key or a value.
   * @defaultValue `false`
   */
  readonly traces?: Traces | boolean;
}

/**
 * A cache for plain Node.js. Nothing is connected before the first use, or `start()`.
 * @throws CacheError `CACHE_OPTION_INVALID`, with everything that is wrong with the options in one message; `CACHE_DEPENDENCY_MISSING`
 */
export function createCache(options?: CreateCacheOptions): Cache;
export function createCache<Schema extends object>(options?: CreateCacheOptions): TypedCache<Schema>;
export function createCache(options: CreateCacheOptions = {}): Cache {
  return composeCache(options, { lateReads: 'refused', create: (parts) => new Cache(parts) });
}

/** What the two composition roots do differently. */
interface Composition<C extends Cache> {
  /** Used where the options have none. */
  readonly defaultNamespace?: string;
  readonly lateReads: LateReads;
  readonly create: (parts: CacheParts) => C;
}

/** @internal The way from options to a cache, for both composition roots. */
export function composeCache<C extends Cache>(given: CreateCacheOptions, { defaultNamespace, lateReads, create }: Composition<C>): C {
  const parts = { logger: consoleLogger, clock: new SystemClock(), sanitizer: escapingSanitizer() };
  const settings = normalizeOptions(withAdapters(given, defaultNamespace), parts);
  if (given.namespace === undefined) warnOfSharedNamespace(settings);
  const emitters = new Set<CacheEmitter>();
  const background = new Background();
  const { link, remote } = layer2(settings, emitters, background);
  return assembleCache({
    create,
    settings,
    remote,
    background,
    emitters,
    codec: new PayloadCodec(typedJsonSerializer, settings.cipher, settings.maxPayloadBytes, settings.secondary?.keyPrefix),
    link,
    lifecycle: new Lifecycle({ remote, background, clock: settings.clock, closeMs: settings.deadlines.closeMs, lateReads }),
    newLocalStore: () => localStore(settings),
    random: Math.random,
    detach: detached(),
  });
}

function localStore({ clock, logger, primary }: CacheSettings): OwnedLocalStore {
  const { lruSize, maxBytes } = primary;
  const valueBytes = primary.bytesOf === undefined ? approximateBytes : givenBytes(primary.bytesOf, logger);
  const memory = new CacheableLocalStore<LocalEntry>({ lruSize, maxBytes, bytesOf: (entry) => localEntryBytes(entry, valueBytes), clock });
  const dispose = (): void => {
    memory.dispose();
  };
  if (primary.useClone) return { store: new IsolatedLocalStore(memory, { onWrite: cloneData, onRead: structuredClone }), dispose };
  if (primary.freeze) return { store: new IsolatedLocalStore(memory, { onWrite: deepFreeze, onRead: (value) => value }), dispose };
  return { store: memory, dispose };
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

/** Layer 2, and how the others are told and heard. */
function layer2(
  settings: CacheSettings,
  emitters: Iterable<CacheEmitter>,
  background: Background,
): { remote: RemoteTier; link: InvalidationChannel } {
  const { clock, logger, maxPending, metrics, secondary } = settings;
  if (secondary === undefined) return { remote: noRemoteTier, link: noChannel(Infinity) };
  const reporter = new TierReporter(secondary.name, metrics, emitters, logger, clock);
  const { driver, breaker } = guarded(shareDriver(secondary), settings, reporter);
  const parts = { node: randomUUID(), layer2: driver.probe, clock, background, maxPending, reporter };
  const { bus } = secondary;
  const link = bus === undefined ? noChannel(ttlWithoutBusMs) : new BusChannel(new TimedBus(bus, parts.node, reporter, clock), parts);
  return { link, remote: new TierGate(withChannel(driver, link), settings, reporter, breaker) };
}

interface GuardedDriver {
  readonly driver: StoreDriver;
  readonly breaker: (() => BreakerState | undefined) | undefined;
}

/** One deadline and one breaker call per batch, not per key: so the batches are made outside. */
function guarded(given: StoreDriver, { breaker: settings, clock, deadlines }: CacheSettings, reporter: TierReporter): GuardedDriver {
  const inTime = new DeadlineStore(given.store, deadlines, clock, (kind) => {
    reporter.report('deadlineExceeded', { operation: kind });
  });
  const onMove = (state: BreakerState): void => {
    reporter.report('breaker', { state });
  };
  if (settings === false) return { driver: deriveDriver(given, { store: new TurnBatchingStore(inTime) }), breaker: undefined };
  const { store, probe, state } = createBreaker({ store: inTime, probe: given.probe, settings, deadlines, clock, onTransition: onMove });
  const open = async (): Promise<void> => {
    probe.start();
    await given.open();
  };
  const close = async (): Promise<void> => {
    probe.stop();
    await given.close();
  };
  return { driver: deriveDriver(given, { store: new TurnBatchingStore(store), probe, open, close }), breaker: state };
}
