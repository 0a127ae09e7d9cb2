import Redis from 'ioredis';
import { until } from '../../adapters/redis/until';
import { beginLoading, slowToLoad } from '../../support/loading-server';
import { written } from './answers';
import { alone, served, type Scenario } from './scenario';
import type { Site } from './site';

/** After a kill and a restart the server has all its data. */
const durable = '--appendonly yes --appendfsync always'.split(' ');

const outage = { first: alone, then: alone, state: 'down' } as const;

const crashes: readonly Scenario[] = [
  {
    ...outage,
    name: 'down when the cache starts',
    serverArgs: durable,
    fromTheStart: true,
    first: { ...alone, warm: 'miss' },
    reason: /^ECONNREFUSED$/,
    begin: killed,
  },
  { ...outage, name: 'killed, comes back empty', losesData: true, reason: /^ECONNREFUSED$/, begin: killed },
  { ...outage, name: 'killed, comes back with its data', serverArgs: durable, reason: /^ECONNREFUSED$/, begin: killed },
  {
    ...outage,
    name: 'restarted, and loading its data',
    serverArgs: slowToLoad,
    // A client that lost its handshake has heard nothing newer.
    reason: /LOADING|not ready|ECONNREFUSED/,
    begin: ({ server }) => beginLoading(server),
  },
  {
    ...outage,
    name: 'frozen (SIGSTOP)',
    reason: /did not answer|circuit breaker|PING|Socket timeout/,
    begin: async ({ server }) => {
      server.freeze();
      return () => {
        server.thaw();
      };
    },
  },
  {
    ...outage,
    name: 'paused (CLIENT PAUSE)',
    reason: /did not answer|circuit breaker|PING|Socket timeout/,
    begin: async ({ server }) => {
      await server.cli('CLIENT', 'PAUSE', '3000', 'ALL');
      return () => server.cli('PING');
    },
  },
];

const network: readonly Scenario[] = [
  {
    ...outage,
    name: 'connections are refused',
    proxied: true,
    reason: /^ECONNREFUSED$/,
    begin: (site) => faulty(site, { mode: 'refuse' }),
  },
  {
    ...outage,
    name: 'packets are swallowed',
    proxied: true,
    reason: /did not answer|circuit breaker|PING|Socket timeout/,
    begin: (site) => faulty(site, { mode: 'blackhole' }),
  },
  {
    ...outage,
    name: 'replies take 400 ms',
    proxied: true,
    first: { ...served, cold: 'miss' },
    reason: /circuit breaker/,
    begin: (site) => faulty(site, { replyLatency: 400 }),
  },
  { ...outage, name: 'connections are reset', proxied: true, reason: /^ECONNRESET$/, begin: (site) => faulty(site, { mode: 'reset' }) },
  {
    ...outage,
    name: 'replies are cut in half',
    proxied: true,
    reason: /connection lost|not ready|max retries|ECONNRESET|Socket closed unexpectedly/,
    begin: (site) => faulty(site, { cutAfterReplyBytes: 3 }),
  },
];

const refusals: readonly Scenario[] = [
  {
    name: 'full (maxmemory, noeviction)',
    first: { ...served, set: 'pending' },
    then: { ...served, set: 'pending' },
    state: 'up',
    reason: /\(OOM\)/,
    begin: async ({ server }) => {
      await server.cli('CONFIG', 'SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction');
      return () => server.cli('CONFIG', 'SET', 'maxmemory', '0');
    },
  },
  {
    name: 'became a replica (READONLY)',
    first: { ...served, set: 'pending', del: 'pending' },
    then: { ...served, set: 'pending', del: 'pending' },
    state: 'up',
    reason: /\(READONLY\)/,
    begin: async (site) => {
      await becomeReplica(site);
      return () => site.server.cli('REPLICAOF', 'NO', 'ONE');
    },
  },
  {
    ...outage,
    name: 'requires a password (NOAUTH)',
    fromTheStart: true,
    first: { ...alone, warm: 'miss' },
    reason: /NOAUTH/,
    begin: async ({ server }) => {
      await server.cli('CONFIG', 'SET', 'requirepass', 'right-secret');
      return () => server.cli('-a', 'right-secret', 'CONFIG', 'SET', 'requirepass', '');
    },
  },
  {
    ...outage,
    name: 'requires another password (WRONGPASS)',
    credentials: 'app:wrong-secret@',
    fromTheStart: true,
    first: { ...alone, warm: 'miss' },
    reason: /WRONGPASS/,
    begin: async ({ server }) => {
      await server.cli('ACL', 'SETUSER', 'app', 'on', '>right-secret', '~*', '&*', '+@all');
      return () => server.cli('ACL', 'SETUSER', 'app', '>wrong-secret');
    },
  },
  {
    ...outage,
    name: 'accepts no more clients (maxclients)',
    // The server says so and hangs up; which of the two a client hears is a matter of luck.
    reason: /max number of clients|EPIPE|ECONNRESET|connection lost|not ready|Socket closed unexpectedly/,
    begin: async ({ server }) => {
      const holder = new Redis(server.url, { retryStrategy: null }).on('error', () => undefined);
      await holder.config('SET', 'maxclients', '1');
      for (const type of ['PUBSUB', 'NORMAL'] as const) await holder.call('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
      return async () => {
        await holder.config('SET', 'maxclients', '1000');
        holder.disconnect();
      };
    },
  },
];

const intact = { first: { ...served, cold: 'miss' }, then: { ...served, cold: 'miss' }, state: 'up' } as const;

const strangeValues: readonly Scenario[] = [
  {
    ...intact,
    name: 'holds a list under a key of the cache',
    begin: (site) => overwrite(site, ({ server }, name) => server.cli('RPUSH', name, 'foreign')),
  },
  {
    ...intact,
    name: 'holds a foreign text under a key of the cache',
    begin: (site) => overwrite(site, ({ server }, name) => server.cli('SET', name, 'null')),
  },
  {
    ...intact,
    name: 'holds half of a payload',
    begin: async (site) => {
      const payload = await site.server.cli('GET', site.nameOf('cold-3'));
      return overwrite(site, ({ server }, name) => server.cli('SET', name, payload.slice(0, payload.length / 2)));
    },
  },
  {
    ...intact,
    name: 'holds a payload of a later version',
    begin: async (site) => {
      const payload = await site.server.cli('GET', site.nameOf('cold-3'));
      return overwrite(site, ({ server }, name) => server.cli('SET', name, payload.replace(/t2/, 't9')));
    },
  },
];

export const scenarios: readonly Scenario[] = [...crashes, ...network, ...refusals, ...strangeValues];

async function killed({ server }: Site): Promise<() => unknown> {
  await server.kill();
  return () => server.restart();
}

async function faulty({ proxy }: Site, faults: Parameters<Site['proxy']['set']>[0]): Promise<() => unknown> {
  await proxy.set(faults);
  return () => proxy.set({ mode: 'pass', replyLatency: 0, cutAfterReplyBytes: Infinity });
}

async function overwrite(site: Site, write: (site: Site, name: string) => Promise<unknown>): Promise<() => unknown> {
  for (const key of ['cold-1', 'cold-2', 'set-1', 'set-2', 'del-1', 'del-2', 'wrap-1', 'wrap-2']) {
    await site.server.cli('DEL', site.nameOf(key));
    await write(site, site.nameOf(key));
  }
  return () => undefined;
}

/**
 * ioredis leaves a server that became a replica with the first write that it refuses, and comes back to it. A read in that moment is a miss, and any write of
 * the traffic may bring it about, so it is over before the calls are asked for.
 */
async function becomeReplica({ cache, driver, server }: Site): Promise<void> {
  let returns = 0;
  cache.on('up', () => (returns += 1));
  await server.cli('REPLICAOF', '127.0.0.1', '1');
  await cache.set('refused', written);
  await until('it has returned', () => returns === (driver.leavesReplicas ? 1 : 0));
  await until('the refusal is known', () => cache.health().l2?.state === 'up' && cache.health().l2?.reason !== undefined);
}
