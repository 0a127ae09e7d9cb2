import KeyvRedis from '@keyv/redis';
import KeyvValkey from '@keyv/valkey';
import Keyv from 'keyv';
import { keyv } from '../../src/adapters/keyv';
import { valkey } from '../../src/adapters/keyv/valkey';
import type { StoreDriver } from '../../src/ports/driver';
import { storeContract } from '../../src/testing';
import { storeContractOn } from '../support/proxied-server';
import type { ServerKind } from '../support/server-binaries';
import { flakyMap } from '../adapters/keyv/flaky-map';
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

const local: readonly (readonly [name: string, make: (map: Map<string, string>) => StoreDriver])[] = [
  ['keyv(new Map())', (map) => keyv(map)],
  ['keyv(new Keyv())', (map) => keyv(new Keyv(map))],
];

for (const [name, make] of local) {
  describe(name, () => {
    storeContract('its store', async () => {
      const { map, ...harness } = flakyMap();
      const driver = make(map);
      await driver.open();
      return { ...harness, store: driver.store, close: () => driver.close() };
    });
  });
}
