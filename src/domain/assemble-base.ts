import type { L2 } from './assemble-l2';
import type { CacheAdapters } from './cache-adapters';
import { Generations } from './consistency/generations';
import { PendingInvalidations } from './consistency/pending-invalidations';
import { RecentInvalidations } from './consistency/recent-invalidations';
import { TagEpochs } from './consistency/tag-epochs';
import { CacheKeys } from './entry/cache-keys';
import { TagNames } from './entry/tag-names';
import { CacheEmitter } from './events/cache-events';
import { Reporter } from './events/reporter';
import { Leases } from './l2/leases';
import type { RemoteTier } from './l2/remote-tier';
import { ServerTags } from './l2/server-tags';
import { TimedTier } from './l2/timed-tier';
import type { CacheSettings, LifeSettings } from './options/settings';
import type { Background } from './shared/background';
import type { InvalidatorParts, TagSpace } from './writing/invalidator';

/** The parts of the cache that a namespace begins with. */
interface Surroundings {
  readonly settings: CacheSettings;
  readonly adapters: CacheAdapters;
  readonly l2: L2;
  readonly background: Background;
}

/** The common parts of reads and writes of one namespace. */
export interface NamespaceBase {
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

export function buildBase(
  { adapters, background, l2, settings }: Surroundings,
  namespace: string,
  life: LifeSettings,
  above: TagSpace | undefined,
): NamespaceBase {
  const { clock, logger, maxPending, metrics, sanitizer } = settings;
  const emitter = new CacheEmitter(logger);
  l2.emitters.add(emitter);
  const reporter = new Reporter(metrics, emitter, logger, clock);
  const remote = settings.secondary === undefined ? l2.remote : new TimedTier(l2.remote, reporter, clock);
  const keys = new CacheKeys(namespace, sanitizer);
  const pending = new PendingInvalidations(maxPending, above?.pending);
  const tagNames = new TagNames(keys, above && keys.ownTags(above.namespace));
  const recent = new RecentInvalidations(clock, settings.secondary?.identify === undefined ? 0 : maxPending);
  const announce: InvalidatorParts['announce'] = (invalid, kind) => {
    recent.add(invalid, kind);
    return l2.channel.announce(namespace, invalid, kind);
  };
  const tagSpace = above ?? {
    namespace,
    epochs: new TagEpochs(),
    ownEpochs: new TagEpochs(),
    serverTags: buildServerTags(keys, { adapters, l2, settings }),
    pending,
    announce,
  };
  return {
    namespace,
    life,
    keys,
    generations: new Generations(),
    pending,
    recent,
    tagNames,
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

function buildServerTags(keys: CacheKeys, { adapters, l2, settings }: Pick<Surroundings, 'adapters' | 'l2' | 'settings'>): ServerTags {
  return new ServerTags({
    keys,
    remote: l2.remote,
    clock: settings.clock,
    hears: () => l2.channel.l1TtlMs === Infinity,
    afterTurn: adapters.afterTurn,
  });
}
