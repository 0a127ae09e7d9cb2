import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import KeyvRedis from '@keyv/redis';
import KeyvValkey from '@keyv/valkey';
import Keyv from 'keyv';
import KeyvFile from 'keyv-file';
import QuickLRU from 'quick-lru';
import { keyv, type KeyvLike } from '../../src/adapters/keyv';
import { valkey } from '../../src/adapters/keyv/valkey';
import type { StoreDriver } from '../../src/ports/driver';
import { storeContract } from '../../src/testing';
import { storeContractOn } from '../support/proxied-server';
import type { ServerKind } from '../support/server-binaries';
import { flaky, type InProcess } from '../adapters/keyv/flaky-map';
import { packedRows } from '../adapters/keyv/packed-rows';

const remote: readonly (readonly [name: string, kind: ServerKind, make: (url: string) => StoreDriver])[] = [
  ['keyv(new KeyvRedis(url))', 'redis', (url) => keyv(new KeyvRedis(url))],
  ['keyv(new KeyvRedis(url))', 'valkey', (url) => keyv(new KeyvRedis(url))],
  ['keyv(new Keyv(new KeyvRedis(url)))', 'redis', (url) => keyv(new Keyv(new KeyvRedis(url)))],
  [
    'keyv() of a Keyv with a namespace and its own serialiser',
    'valkey',
    (url) => keyv(new Keyv(new KeyvRedis(url), { ...packedRows, namespace: 'app' })),
  ],
  ['keyv(new KeyvValkey(url))', 'redis', (url) => keyv(new KeyvValkey(url))],
  ['valkey(url)', 'valkey', (url) => valkey(url)],
  ['valkey(url)', 'redis', (url) => valkey(url)],
];

for (const [name, kind, make] of remote) {
  describe(`${name} on ${kind}-server`, () => {
    storeContractOn(kind, make);
  });
}

type LocalAdapter = KeyvLike & InProcess;

const local: Readonly<Record<string, (folder: string) => LocalAdapter>> = {
  'keyv(new Map())': () => new Map<string, string>(),
  'keyv(new QuickLRU())': () => new QuickLRU<string, string>({ maxSize: 10_000 }),
  'keyv(new KeyvFile())': (folder) => new KeyvFile({ filename: join(folder, 'keyv.json'), writeDelay: 1 }),
};

for (const [name, make] of Object.entries(local)) {
  describe(name, () => {
    storeContractIn((adapter) => keyv(adapter), make);
  });
}

describe('keyv(new Keyv())', () => {
  storeContractIn(
    (adapter) => keyv(new Keyv(adapter as Map<string, string>)),
    () => new Map<string, string>(),
  );
});

/** The Store contract on an adapter in this process. */
function storeContractIn(driverOf: (adapter: LocalAdapter) => StoreDriver, make: (folder: string) => LocalAdapter): void {
  storeContract('its store', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tiercel-keyv-'));
    const { adapter, ...harness } = flaky(make(folder));
    const driver = driverOf(adapter);
    await driver.open();
    return {
      ...harness,
      store: driver.store,
      close: async () => {
        await driver.close();
        await rm(folder, { recursive: true, maxRetries: 5 });
      },
    };
  });
}
