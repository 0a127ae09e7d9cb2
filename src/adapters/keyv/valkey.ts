import type { Clock } from '../../ports/clock';
import type { StoreDriver } from '../../ports/driver';
import { checkBusSettings, type BusSettings } from '../bus/bus-settings';
import { isClient } from '../redis/redis-target';
import { requirePeer } from '../system/require-peer';
import { SystemClock } from '../system/system-clock';
import { connectionOf, iovalkeyDriver } from './iovalkey/iovalkey-driver';

import { keyvSource } from './keyv-source';
import { ownValkey, type KeyvValkeyClass } from './iovalkey/own-valkey';
import { checkTarget, refused, type ValkeyOptions, type ValkeyTarget } from './iovalkey/valkey-target';

export type { BusSettings } from '../bus/bus-settings';
export type { ValkeyOptions, ValkeyTarget } from './iovalkey/valkey-target';

/** Of a `KeyvValkey` without sets and without a namespace. */
const keyPrefix = 'namespace::';

/**
 * Layer 2 on Valkey through `@keyv/valkey` and its client iovalkey; Redis answers just as well. On the server keys begin with `namespace::`,
 * as `@keyv/valkey` writes them.
 *
 * Connections that it opens itself fail fast: nothing is queued, sent again or retried, and a server that does not answer for 1.5 s is left
 * (`socketTimeout`, to be kept above `deadlines.write`). iovalkey's other options are yours.
 *
 * A client of yours is used as it is, connected if it still waits to be, and never closed. While it is not ready it is not called, so its
 * offline queue stays empty.
 *
 * Processes tell each other over pub/sub what to drop from layer 1 (`bus`, `channel`). To listen, a second connection is opened beside the
 * first, with `duplicate()` also beside a client of yours, and closed with the cache.
 *
 * @throws CacheError `CACHE_OPTION_INVALID`; `CACHE_DEPENDENCY_MISSING` when `@keyv/valkey` is not installed
 */
export function valkey(target: ValkeyTarget, settings: BusSettings = {}): StoreDriver {
  checkTarget(target);
  const channel = checkBusSettings('valkey()', settings);
  const clock = new SystemClock();
  return iovalkeyDriver({ ...connectionTo(target, clock), name: 'valkey', channel, clock });
}

function connectionTo(target: ValkeyTarget, clock: Clock): ReturnType<typeof connectionOf> {
  const source = keyvSource(target);
  if (source?.kind === 'iovalkey') return connectionOf(source.adapter);
  if (source !== undefined) throw refused('a KeyvValkey, got another Keyv or adapter, which keyv() takes');
  if (isClient(target)) return { client: target, owner: 'user', keyPrefix };
  return { ...connectionOf(ownValkey(loadKeyvValkey(), target as string | ValkeyOptions, clock)), owner: 'driver' };
}

function loadKeyvValkey(): KeyvValkeyClass {
  return requirePeer('@keyv/valkey', 'valkey()', () => require('@keyv/valkey') as { readonly default: KeyvValkeyClass }).default;
}
