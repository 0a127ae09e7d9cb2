import { assembleL2 } from './assemble-l2';
import { assembleNamespace, type SharedParts } from './assemble-namespace';
import type { Cache } from './cache';
import type { CacheAdapters, CacheComposition } from './cache-adapters';
import { CacheError } from './cache-error';
import { PayloadCodec } from './entry/payload-codec';
import { Lifecycle } from './lifecycle';
import { isSameNamespace } from './options/life-options';
import { isNamespace, namespaceRule } from './options/option-checks';
import type { CacheSettings, NamespaceSettings } from './options/settings';
import { Observers } from './stats/observers';
import type { TagSpace } from './writing/invalidator';

/** Builds the cache of the settings' namespace. Namespaces below it are built at their first use, and once. */
export function assembleCache<C extends Cache>(settings: CacheSettings, adapters: CacheAdapters, composition: CacheComposition<C>): C {
  const { cipher, clock, deadlines, maxPayloadBytes, secondary } = settings;
  const { background, lateReads } = composition;
  const l2 = assembleL2(settings, adapters, background);
  const lifecycle = new Lifecycle({ remote: l2.remote, background, clock, closeMs: deadlines.closeMs, lateReads });
  const codec = new PayloadCodec(adapters.serializer, cipher, maxPayloadBytes, secondary?.keyPrefix);
  const observers = openObservers(settings, lifecycle);
  const built = new Map<string, { readonly cache: C; readonly own: NamespaceSettings; readonly tagsOf: TagSpace | undefined }>();
  const shared: SharedParts<C> = {
    ...composition,
    settings,
    adapters,
    l2,
    codec,
    lifecycle,
    observers,
    namespaceFor: (namespace, own, { above, isChosen }) => {
      const existing = built.get(namespace);
      const tagsOf = own.sharesTags ? above : undefined;
      if (existing === undefined) {
        const cache = assembleNamespace(shared, checkedNamespace(namespace), own, tagsOf);
        built.set(namespace, { cache, own, tagsOf });
        return cache;
      }
      const isAsChosen = existing.tagsOf === tagsOf && isSameNamespace(own, existing.own);
      // A name of several segments may be reached by way of a namespace with other tags than those that it shares.
      const sharesOthers = existing.tagsOf !== undefined && existing.tagsOf !== above;
      if (isChosen ? !isAsChosen : sharesOthers) throw otherOptions(namespace);
      return existing.cache;
    },
    allNamespaces: () => [...built.values()].map(({ cache }) => cache),
  };
  return shared.namespaceFor(settings.namespace, settings, { above: undefined, isChosen: false });
}

function openObservers({ logger, observer }: CacheSettings, lifecycle: Lifecycle): Observers {
  const observers = new Observers(logger);
  if (observer !== undefined) observers.observe(observer);
  lifecycle.onClose(() => observers.close());
  return observers;
}

function checkedNamespace(namespace: string): string {
  if (isNamespace(namespace)) return namespace;
  throw new CacheError('CACHE_OPTION_INVALID', `namespace: expected ${namespaceRule}`);
}

function otherOptions(namespace: string): CacheError {
  const advice = 'give the options at its first use alone, or the same options each time';
  return new CacheError('CACHE_OPTION_INVALID', `namespace: '${namespace}' exists already, with other options; ${advice}`);
}
