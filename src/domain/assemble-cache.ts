import type { LocalStore } from '../ports/local-store';
import type { Background } from './background';
import type { InvalidationChannel } from './bus/invalidation-channel';
import type { Cache } from './cache';
import { CacheEmitter } from './events/cache-events';
import { CacheInspector } from './l1/cache-inspector';
import { CacheKeys } from './entry/cache-keys';
import { isNamespace, namespaceRule } from './options/namespace';
import type { CacheParts } from './cache-parts';
import type { LocalEntry } from './entry/entry';
import { CacheError } from './cache-error';
import { Generations } from './consistency/generations';
import type { Lifecycle } from './lifecycle';
import { LocalWriter } from './l1/memory-tier';
import { Lookup } from './reading/get';
import type { CacheSettings } from './options/settings';
import type { PayloadCodec } from './entry/payload-codec';
import { PendingInvalidations } from './consistency/pending-invalidations';
import { ReadThrough } from './reading/read-through';
import { Reader } from './reading/l2-reader';
import type { RemoteTier } from './l2/remote-tier';
import { noFacts } from './events/happening';
import { Reporter } from './events/reporter';
import { SingleFlight } from './reading/single-flight';
import { LastMinute } from './stats/last-minute';
import { metricsSource } from './stats/metrics-source';
import { TimedTier } from './l2/timed-tier';
import { Observers } from './stats/observers';
import { L1Policy } from './l1/l1-policy';
import { Writer, type WriterParts } from './writing/writer';

/** Layer 1 of one namespace, and how to let it go. */
export interface OwnedLocalStore {
  readonly store: LocalStore<LocalEntry>;
  readonly dispose: () => void;
}

/** What all namespaces of one cache share. */
export interface SharedParts<C extends Cache> {
  /** The class that users see. */
  readonly create: (parts: CacheParts) => C;
  readonly settings: CacheSettings;
  readonly remote: RemoteTier;
  readonly codec: PayloadCodec;
  readonly link: InvalidationChannel;
  /** Every namespace adds its own. */
  readonly emitters: Set<CacheEmitter>;
  readonly lifecycle: Lifecycle;
  readonly background: Background;
  readonly newLocalStore: () => OwnedLocalStore;
  readonly random: () => number;
  /** Runs something outside the caller's asynchronous context. */
  readonly detach: <T>(run: () => T) => T;
}

/** Builds the cache of the settings' namespace; those below it are built when they are asked for, and once. */
export function assembleCache<C extends Cache>(shared: SharedParts<C>): C {
  const built = new Map<string, C>();
  const observers = new Observers(shared.settings.logger);
  if (shared.settings.observer !== undefined) observers.observe(shared.settings.observer);
  shared.lifecycle.onClose(() => {
    observers.close();
  });
  const family = (): readonly C[] => [...built.values()];
  const of = (namespace: string): C => {
    if (!isNamespace(namespace)) throw new CacheError('CACHE_OPTION_INVALID', `namespace: expected ${namespaceRule}`);
    const cache = built.get(namespace) ?? assembleNamespace({ ...shared, observers, of, family }, namespace);
    built.set(namespace, cache);
    return cache;
  };
  return of(shared.settings.namespace);
}

interface Assembly<C extends Cache> extends SharedParts<C> {
  readonly observers: Observers;
  /** The cache of a namespace, made where there is none yet. */
  readonly of: (namespace: string) => C;
  readonly family: () => readonly C[];
}

function assembleNamespace<C extends Cache>(shared: Assembly<C>, namespace: string): C {
  const { background, codec, emitters, family, lifecycle, link, observers, of, random, settings } = shared;
  const { clock, degradedTtlMs, maxTtlMs, nonBlocking } = settings;
  const hasRemote = settings.secondary !== undefined;
  const { store: local, dispose } = shared.newLocalStore();
  const keys = new CacheKeys(namespace, settings.sanitizer);
  const generations = new Generations();
  const pending = new PendingInvalidations(settings.maxPending);
  const emitter = new CacheEmitter(settings.logger);
  emitters.add(emitter);
  const reporter = new Reporter(settings.metrics, emitter, settings.logger, clock);
  const remote = settings.secondary === undefined ? shared.remote : new TimedTier(shared.remote, reporter, clock);
  const trust = new L1Policy(link);
  const spans = settings.traces.spansOf({ cache: namespace, logger: settings.logger });
  const both = { background, clock, codec, generations, keys, local, pending, remote, reporter, trust };
  const reader = new Reader({ ...both, guard: settings.life, reseal: (key, payload, entry) => writer.reseal(key, payload, entry) });
  const announce: WriterParts['announce'] = (changed, what) => {
    link.announce(namespace, changed, what);
  };
  const localWriter = new LocalWriter(both);
  const writer = new Writer({ ...both, nonBlocking, hasRemote, degradedTtlMs, announce }, localWriter);
  const flights = new SingleFlight(generations, () => {
    reporter.report('coalesce', noFacts);
  });
  const readThrough = new ReadThrough({
    reader: reader,
    writer,
    flights,
    reporter,
    spans,
    background,
    clock,
    random,
    maxTtlMs,
    lifecycle,
    detach: shared.detach,
  });
  const lookup = new Lookup({ reader, reporter, clock, spans, staleIfErrorMs: settings.life.staleIfErrorMs, guard: settings.life });
  const stopEvictions = local.onEvict((count) => {
    reporter.report('evict', { count });
  });
  remote.register(writer.backlog);
  link.register(namespace, (outdated, what) => {
    localWriter.hear(outdated, what);
  });
  lifecycle.onClose(() => {
    generations.advanceAll();
    stopEvictions();
    dispose();
  });
  const source = metricsSource(namespace, {
    reporter,
    local,
    pending,
    remote,
    lastMinute: new LastMinute(clock),
    logger: settings.logger,
    tellsLayer2: namespace === settings.namespace,
  });
  observers.add(source);
  const inspector = new CacheInspector({
    local,
    clock,
    remove: (key) => {
      lifecycle.assertOpen('delete');
      return writer.delete(key);
    },
  });
  const fork = (name: string): C => of(`${namespace}:${name}`);
  const stats = source.stats.bind(source);
  return shared.create({
    settings,
    keys,
    reader,
    writer,
    lookup,
    readThrough,
    reporter,
    emitter,
    lifecycle,
    observers,
    stats,
    random,
    inspector,
    child: fork,
    allNamespaces: family,
  });
}
