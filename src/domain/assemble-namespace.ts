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
import { resolveNamespaceLife } from './options/life-options';
import type { CacheSettings, LifeSettings } from './options/settings';
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
import { Invalidator, type InvalidatorParts } from './writing/invalidator';
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
  readonly namespaceFor: (namespace: string, life: LifeSettings, isChosen: boolean) => C;
  readonly allNamespaces: () => readonly C[];
}

type Shared = SharedParts<Cache>;

/** Builds the cache of one namespace: events, L1, writes, reads, statistics. */
export function assembleNamespace<C extends Cache>(shared: SharedParts<C>, namespace: string, life: LifeSettings): C {
  const { adapters, allNamespaces, lifecycle, namespaceFor, observers, settings } = shared;
  const base = buildBase(shared, namespace, life);
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
      const own = options === undefined ? life : resolveNamespaceLife(options, life);
      return namespaceFor(`${namespace}:${name}`, own, options !== undefined);
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
  readonly epochs: TagEpochs;
  readonly tagNames: TagNames;
  readonly serverTags: ServerTags;
  readonly leases: Leases;
  readonly hasL2: boolean;
  readonly emitter: CacheEmitter;
  readonly reporter: Reporter;
  /** L2, timed for this namespace. */
  readonly remote: RemoteTier;
}

function buildBase({ adapters, background, l2, settings }: Shared, namespace: string, life: LifeSettings): Base {
  const { clock, logger, maxPending, metrics, sanitizer } = settings;
  const emitter = new CacheEmitter(logger);
  l2.emitters.add(emitter);
  const reporter = new Reporter(metrics, emitter, logger, clock);
  const remote = settings.secondary === undefined ? l2.remote : new TimedTier(l2.remote, reporter, clock);
  const keys = new CacheKeys(namespace, sanitizer);
  return {
    namespace,
    life,
    keys,
    generations: new Generations(),
    pending: new PendingInvalidations(maxPending),
    recent: new RecentInvalidations(clock, settings.secondary?.identify === undefined ? 0 : maxPending),
    epochs: new TagEpochs(),
    tagNames: new TagNames(keys),
    serverTags: new ServerTags({
      keys,
      remote: l2.remote,
      clock,
      hears: () => l2.channel.l1TtlMs === Infinity,
      afterTurn: adapters.afterTurn,
    }),
    leases: new Leases({ keys, remote, clock, background, newNodeId: adapters.newNodeId }),
    hasL2: settings.secondary !== undefined,
    emitter,
    reporter,
    remote,
  };
}

interface L1 {
  readonly memory: MemoryTier;
  readonly copy: CopyValue | undefined;
}

function buildL1({ adapters, l2, lifecycle, settings }: Shared, base: Base): L1 {
  const { epochs, generations, namespace, pending, reporter, serverTags, tagNames } = base;
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

function buildWrites({ background, codec, l2, settings }: Shared, base: Base, memory: MemoryTier): Writes {
  const { clock, deadlines, degradedTtlMs, nonBlocking } = settings;
  const announce: InvalidatorParts['announce'] = (keys, kind) => {
    base.recent.add(keys, kind);
    return l2.channel.announce(base.namespace, keys, kind);
  };
  const parts = { ...base, memory, clock, background, nonBlocking, announce };
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
  const { namespace, pending, remote, reporter } = base;
  const lastMinute = new LastMinute(clock);
  const reportsL2 = namespace === settings.namespace;
  const source = metricsSource(namespace, { reporter, memory, pending, remote, lastMinute, logger, reportsL2 });
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
