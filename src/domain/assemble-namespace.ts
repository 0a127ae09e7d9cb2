import { buildBase, type NamespaceBase } from './assemble-base';
import type { Cache } from './cache';
import type { L2 } from './assemble-l2';
import type { CacheAdapters, CacheComposition } from './cache-adapters';
import type { PayloadCodec } from './entry/payload-codec';
import { noFacts } from './events/happening';
import { CacheInspector } from './l1/cache-inspector';
import { MemoryTier } from './l1/memory-tier';
import type { Lifecycle } from './lifecycle';
import { resolveNamespace } from './options/life-options';
import type { CacheSettings, NamespaceSettings } from './options/settings';
import { CacheGet } from './reading/cache-get';
import { CacheWrap } from './reading/cache-wrap';
import { Explainer } from './reading/explain';
import { L2Reader } from './reading/l2-reader';
import { LeasedLoads } from './reading/leased-loads';
import { LoadBackoff } from './reading/load-backoff';
import { LoadRunner } from './reading/load-runner';
import type { CopyValue } from './reading/read-result';
import { Reentrancy } from './reading/reentrancy';
import { SingleFlight } from './reading/single-flight';
import { LastMinute } from './stats/last-minute';
import { metricsSource, type Observers } from './stats/observers';
import { Invalidator, type TagSpace } from './writing/invalidator';
import { Resealer } from './writing/resealer';
import { Writer } from './writing/writer';

/** The parts that all namespaces of one cache share. */
export interface SharedParts<C extends Cache> extends CacheComposition<C> {
  readonly settings: CacheSettings;
  readonly adapters: CacheAdapters;
  readonly l2: L2;
  readonly codec: PayloadCodec;
  readonly lifecycle: Lifecycle;
  readonly observers: Observers;
  /** The cache of a namespace, made at its first use. */
  readonly namespaceFor: (namespace: string, own: NamespaceSettings, opening: Opening) => C;
  readonly allNamespaces: () => readonly C[];
}

interface Opening {
  /** The tags of the namespace above; `undefined` for the outermost one. */
  readonly above: TagSpace | undefined;
  /** Whether the caller gave options. */
  readonly isChosen: boolean;
}

type Shared = SharedParts<Cache>;

/**
 * Builds the cache of one namespace: events, L1, writes, reads, statistics.
 * @param tagsOf - the tags of the namespace above, if this one shares them
 */
export function assembleNamespace<C extends Cache>(
  shared: SharedParts<C>,
  namespace: string,
  own: NamespaceSettings,
  tagsOf: TagSpace | undefined,
): C {
  const { adapters, allNamespaces, lifecycle, namespaceFor, observers, settings } = shared;
  const { life } = own;
  const base = buildBase(shared, namespace, life, tagsOf);
  const { copy, memory } = buildL1(shared, base);
  const writes = buildWrites(shared, base, memory);
  const reads = buildReads(shared, { ...base, copy }, memory, writes);
  lifecycle.onClose(() => {
    base.generations.advanceAll();
    base.leases.stop();
  });
  const source = buildStats(shared, base, memory);
  const inspector = buildInspector(shared, memory, writes);
  return shared.create({
    clock: settings.clock,
    maxTtlMs: settings.maxTtlMs,
    logger: settings.logger,
    life,
    keys: base.keys,
    memory,
    copy,
    ...writes,
    ...reads,
    tagNames: base.tagNames,
    reporter: base.reporter,
    emitter: base.emitter,
    lifecycle,
    observers,
    stats: () => source.stats(),
    random: adapters.random,
    inspector,
    explainer: new Explainer({ ...base, inspector, codec: shared.codec, clock: settings.clock }),
    child: (name, options) => {
      const below = options === undefined ? own : resolveNamespace(options, own);
      return namespaceFor(`${namespace}:${name}`, below, { above: base.tagSpace, isChosen: options !== undefined });
    },
    allNamespaces,
  });
}

interface L1 {
  readonly memory: MemoryTier;
  readonly copy: CopyValue | undefined;
}

function buildL1({ adapters, l2, lifecycle, settings }: Shared, base: NamespaceBase): L1 {
  const { generations, namespace, pending, reporter, tagNames, tagSpace } = base;
  const { epochs, serverTags } = tagSpace;
  const { clock, maxTtlMs } = settings;
  const { copy, dispose, store } = adapters.newLocalStore(settings);
  const memory = new MemoryTier({ store, bus: l2.channel, generations, epochs, tagNames, reporter, clock, maxTtlMs });
  const stopEvictions = store.onEvict((count) => reporter.report('evict', { count }));
  l2.channel.register(namespace, {
    invalidated: (keys, kind) => {
      const isAboutTags = kind === 'removed' || kind === 'expired';
      if (isAboutTags || keys === 'everything') serverTags.forget(keys);
      if (!isAboutTags) pending.hideInFlight(keys);
      memory.onInvalidation(keys, kind);
    },
    doubted: () => epochs.doubt(),
  });
  lifecycle.onClose(() => {
    stopEvictions();
    dispose();
  });
  return { memory, copy };
}

interface Writes {
  readonly writer: Writer;
  readonly invalidator: Invalidator;
  readonly resealer: Resealer;
}

function buildWrites({ background, codec, settings }: Shared, base: NamespaceBase, memory: MemoryTier): Writes {
  const { clock, deadlines, degradedTtlMs, nonBlocking } = settings;
  const parts = { ...base, memory, clock, background, nonBlocking };
  const invalidator = new Invalidator({ ...parts, writeMs: deadlines.writeMs });
  base.remote.register(invalidator.backlog);
  return {
    invalidator,
    writer: new Writer({ ...parts, codec, degradedTtlMs, invalidator }),
    resealer: new Resealer({ ...parts, codec, invalidator }),
  };
}

interface Reads {
  readonly get: CacheGet;
  readonly wrap: CacheWrap;
  readonly loads: LoadRunner;
}

function buildReads(
  { adapters, background, codec, lifecycle, settings }: Shared,
  base: NamespaceBase & Pick<L1, 'copy'>,
  memory: MemoryTier,
  { invalidator, resealer, writer }: Writes,
): Reads {
  const { clock, logger, maxTtlMs, traces } = settings;
  const { afterTurn, detach, loadScope, random } = adapters;
  const { copy, generations, hasL2, leases, life, reporter, serverTags, tagNames } = base;
  const spans = traces.spansOf({ cache: base.namespace, logger });
  const reader = new L2Reader({
    ...base,
    memory,
    codec,
    clock,
    background,
    constraints: life,
    afterTurn,
    reseal: (key, payload, entry) => resealer.reseal(key, payload, entry),
  });
  const flights = new SingleFlight(generations, () => reporter.report('coalesce', noFacts));
  const reentrancy = new Reentrancy(loadScope);
  const backoff = new LoadBackoff(clock);
  const loads = new LoadRunner({
    writer,
    invalidator,
    memory,
    leases,
    tagNames,
    reentrancy,
    backoff,
    reporter,
    spans,
    clock,
    lifecycle,
    random,
    maxTtlMs,
    copy,
  });
  return {
    get: new CacheGet({ memory, reader, reporter, clock, spans, life, copy }),
    wrap: new CacheWrap({
      memory,
      reader,
      serverTags,
      loads,
      leasedLoads: new LeasedLoads({ leases: hasL2 ? leases : undefined, loads, reporter, clock, closing: lifecycle.closing }),
      flights,
      backoff,
      reentrancy,
      reporter,
      spans,
      background,
      clock,
      lifecycle,
      life,
      detach,
      copy,
    }),
    loads,
  };
}

function buildStats({ observers, settings }: Shared, base: NamespaceBase, memory: MemoryTier): ReturnType<typeof metricsSource> {
  const { clock, logger } = settings;
  const { leases, namespace, pending, remote, reporter } = base;
  const lastMinute = new LastMinute(clock);
  const reportsL2 = namespace === settings.namespace;
  const source = metricsSource(namespace, { reporter, memory, pending, leases, remote, lastMinute, logger, reportsL2 });
  observers.add(source);
  return source;
}

function buildInspector({ lifecycle, settings }: Shared, memory: MemoryTier, { invalidator }: Writes): CacheInspector {
  return new CacheInspector({
    memory,
    clock: settings.clock,
    remove: (key) => {
      lifecycle.assertOpen('delete');
      return invalidator.delete(key);
    },
  });
}
