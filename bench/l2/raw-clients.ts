import { createClient } from '@keyv/redis';
import { Redis } from 'ioredis';
import type { Document } from '../harness/documents';
import { CoalescedMget } from './coalesced-mget';
import type { RemoteReader } from './remote-reader';

export function rawIoredis(url: string): RemoteReader {
  const client = new Redis(url);
  return {
    name: 'ioredis GET',
    write: (key, document) => client.set(`raw:${key}`, JSON.stringify(document)),
    read: async (key) => decode(await client.get(`raw:${key}`)),
  };
}

export async function rawNodeRedis(url: string): Promise<RemoteReader> {
  const client = await createClient({ url }).connect();
  return {
    name: 'node-redis GET',
    write: (key, document) => client.set(`raw:${key}`, JSON.stringify(document)),
    read: async (key) => decode(await client.get(`raw:${key}`)),
  };
}

/** Batching by hand: the reads of one turn as one MGET, and nothing else. */
export function coalescedMget(url: string): RemoteReader {
  const client = new Redis(url);
  const coalesced = new CoalescedMget(client);
  return {
    name: 'ioredis, coalesced MGET',
    write: (key, document) => client.set(`raw:${key}`, JSON.stringify(document)),
    read: async (key) => decode(await coalesced.get(`raw:${key}`)),
  };
}

function decode(payload: string | null): Document | undefined {
  return payload === null ? undefined : (JSON.parse(payload) as Document);
}
