import type { Clock } from '../../ports/clock';
import type { StoreDriver } from '../../ports/driver';
import { checkBusSettings, type BusSettings } from '../redis/redis-settings';
import { isClient } from '../redis/redis-target';
import { requirePeer } from '../system/require-peer';
import { SystemClock } from '../system/system-clock';
import {
  connectionOf,
  iovalkeyDriver,
  createFailFastValkey,
  type KeyvValkeyClass,
  checkTarget,
  refused,
  type ValkeyOptions,
  type ValkeyTarget,
} from './iovalkey-driver';
import { keyvSource } from './keyv-source';

export type { BusSettings } from '../redis/redis-settings';
export type { ValkeyOptions, ValkeyTarget } from './iovalkey-driver';

/** The prefix of a `KeyvValkey` without sets and without a namespace. */
const keyPrefix = 'namespace::';

/**
 * L2 on Valkey or Redis through `@keyv/valkey` and its client iovalkey. On the server keys begin with `namespace::`, as `@keyv/valkey` writes
 * them.
 *
 * Connections that the driver opens fail fast: commands are not queued, sent twice or retried, and a connection that does not answer for 1.5 s
 * is dropped (`socketTimeout`, which should stay above `deadlines.write`). All other options of iovalkey are yours.
 *
 * Your own client is used unchanged, connected if it is not yet, and never closed. While it is not ready, no command is given to it, so its
 * offline queue stays empty.
 *
 * Over pub/sub, processes notify each other of keys to drop from L1 (`bus`, `channel`). The driver opens a second connection to listen, with
 * `duplicate()` for your own client, and closes it with the cache.
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
  if (source !== undefined) throw refused('a KeyvValkey, got another Keyv or adapter; pass it to keyv()');
  if (isClient(target)) return { client: target, owner: 'user', keyPrefix };
  return { ...connectionOf(createFailFastValkey(loadKeyvValkey(), target as string | ValkeyOptions, clock)), owner: 'driver' };
}

function loadKeyvValkey(): KeyvValkeyClass {
  return requirePeer('@keyv/valkey', 'valkey()', () => require('@keyv/valkey') as { readonly default: KeyvValkeyClass }).default;
}
