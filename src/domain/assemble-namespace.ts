import type { Cache } from './cache';
import type { L2 } from './assemble-l2';
import type { CacheAdapters, CacheComposition } from './cache-adapters';
import { Generations } from './consistency/generations';
import { PendingInvalidations } from './consistency/pending-invalidations';
import { RecentInvalidations } from './consistency/recent-invalidations';
import { TagEpochs } from './consistency/tag-epochs';
import { CacheKeys } from './entry/cache-keys';
import type { PayloadCodec } from './entry/payload-codec';
import { TagNames } from './entry/tag-names';
import { CacheEmitter } from './events/cache-events';
import { noFacts } from './events/happening';
import { Reporter } from './events/reporter';
import { CacheInspector } from './l1/cache-inspector';
import { MemoryTier } from './l1/memory-tier';
import { Leases } from './l2/leases';
import type { RemoteTier } from './l2/remote-tier';
import { ServerTags } from './l2/server-tags';
import { TimedTier } from './l2/timed-tier';
import type { Lifecycle } from './lifecycle';
import { resolveNamespace } from './options/life-options';
import type { CacheSettings, LifeSettings, NamespaceSettings } from './options/settings';
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
import { Invalidator, type InvalidatorParts, type TagSpace } from './writing/invalidator';
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

/** Builds the cache of one namespace: events, L1, writes, reads, statistics. */
export function assembleNamespace<C extends Cache>(
  shared: SharedParts<C>,
  namespace: string,
  own: NamespaceSettings,
  above: TagSpace | undefined,
): C {
  const { adapters, allNamespaces, lifecycle, namespaceFor, observers, settings } = shared;
  const { life } = own;
  const base = buildBase(shared, namespace, life, own.sharesTags ? above : undefined);
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

/** The common parts of reads and writes of one namespace. */
interface Base {
  readonly namespace: string;
  readonly life: LifeSettings;
  readonly keys: CacheKeys;
  readonly generations: Generations;
  readonly pending: PendingInvalidations;
  readonly recent: RecentInvalidations;
  readonly tagNames: TagNames;
  readonly tagSpace: TagSpace;
  /** Of the tag space. */
  readonly serverTags: ServerTags;
  /** Sends a change that L2 has applied to the other processes. */
  readonly announce: InvalidatorParts['announce'];
  readonly leases: Leases;
  readonly hasL2: boolean;
  readonly emitter: CacheEmitter;
  readonly reporter: Reporter;
  /** L2, timed for this namespace. */
  readonly remote: RemoteTier;
}

function buildBase(
  { adapters, background, l2, settings }: Shared,
  namespace: string,
  life: LifeSettings,
  above: TagSpace | undefined,
): Base {
  const { clock, logger, maxPending, metrics, sanitizer } = settings;
  const emitter = new CacheEmitter(logger);
  l2.emitters.add(emitter);
  const reporter = new Reporter(metrics, emitter, logger, clock);
  const remote = settings.secondary === undefined ? l2.remote : new TimedTier(l2.remote, reporter, clock);
  const keys = new CacheKeys(namespace, sanitizer);
  const pending = new PendingInvalidations(maxPending, above?.pending);
  const recent = new RecentInvalidations(clock, settings.secondary?.identify === undefined ? 0 : maxPending);
  const announce: InvalidatorParts['announce'] = (invalid, kind) => {
    recent.add(invalid, kind);
    return l2.channel.announce(namespace, invalid, kind);
  };
  const tagSpace = above ?? { epochs: new TagEpochs(), serverTags: buildServerTags(keys, { adapters, l2, settings }), pending, announce };
  return {
    namespace,
    life,
    keys,
    generations: new Generations(),
    pending,
    recent,
    tagNames: new TagNames(keys, above && keys.ownTag),
    tagSpace,
    serverTags: tagSpace.serverTags,
    announce,
    leases: new Leases({ keys, remote, clock, background, newNodeId: adapters.newNodeId }),
    hasL2: settings.secondary !== undefined,
    emitter,
    reporter,
    remote,
  };
}

function buildServerTags(keys: CacheKeys, { adapters, l2, settings }: Pick<Shared, 'adapters' | 'l2' | 'settings'>): ServerTags {
  return new ServerTags({
    keys,
    remote: l2.remote,
    clock: settings.clock,
    hears: () => l2.channel.l1TtlMs === Infinity,
    afterTurn: adapters.afterTurn,
  });
}

interface L1 {
  readonly memory: MemoryTier;
  readonly copy: CopyValue | undefined;
}

function buildL1({ adapters, l2, lifecycle, settings }: Shared, base: Base): L1 {
  const { generations, namespace, pending, reporter, serverTags, tagNames, tagSpace } = base;
  const { epochs } = tagSpace;
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

function buildWrites({ background, codec, settings }: Shared, base: Base, memory: MemoryTier): Writes {
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
  base: Base & Pick<L1, 'copy'>,
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

function buildStats({ observers, settings }: Shared, base: Base, memory: MemoryTier): ReturnType<typeof metricsSource> {
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
