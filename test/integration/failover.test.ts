import KeyvRedis from '@keyv/redis';
import { expect } from 'chai';
import { createCache } from '../../src';
import { createFailFastClient, type OwnTarget } from '../../src/adapters/redis/redis';
import { clusterSlot } from '../../src/adapters/resp/cluster-store';
import { SystemClock } from '../../src/adapters/system/system-clock';
import type { Cache } from '../../src/domain/cache';
import type { StoreDriver } from '../../src/ports/driver';
import { RecordingLogger } from '../../src/testing';
import { makeDriver } from '../adapters/keyv/open-driver';
import { ioredisVersions } from '../adapters/redis/ioredis-versions';
import { makeBusDriver } from '../adapters/redis/make-bus';
import { TestCluster } from '../adapters/redis/test-cluster';
import { until } from '../adapters/redis/until';
import type { TestServer } from '../support/servers';
import { cutReplicationOf, TestSentinels } from '../support/test-sentinels';

const clock = new SystemClock();

/** Two processes with a driver of one kind, in a namespace of their own. */
class Pair {
  readonly #writer: Cache;
  readonly #reader: Cache;
  readonly #keys: Readonly<Record<'deleted' | 'changed' | 'tagged' | 'cleared', string>>;

  /** @param key - finds a key, with a prefix for L2, that the failing server keeps */
  constructor(
    readonly namespace: string,
    make: () => StoreDriver,
    key: (prefix: string, name: string) => string = (_, name) => name,
  ) {
    const create = (): Cache => createCache({ secondary: make(), namespace, ttl: '10m', logger: new RecordingLogger() });
    [this.#writer, this.#reader] = [create(), create()];
    const own = (name: string): string => key(`${namespace}:v1:`, name);
    this.#keys = {
      deleted: own('deleted'),
      changed: own('changed'),
      tagged: own('tagged'),
      cleared: key(`${namespace}:sub:v1:`, 'cleared'),
    };
  }

  async start(): Promise<void> {
    await Promise.all(this.#both.map((cache) => cache.start()));
    await this.#writer.set(this.#keys.deleted, 'older');
    await this.#writer.set(this.#keys.changed, 'older');
    await this.#writer.set(this.#keys.tagged, 'older', { tags: ['tag'] });
    await this.#writer.namespace('sub').set(this.#keys.cleared, 'older');
  }

  /** The answers are `'done'`. */
  async change(): Promise<unknown[]> {
    return [
      await this.#writer.del(this.#keys.deleted),
      await this.#writer.set(this.#keys.changed, 'newer'),
      await this.#writer.delByTag('tag'),
      await this.#writer.namespace('sub').clear(),
    ];
  }

  /** What both read. Nothing of it may be older than the change. */
  async read(): Promise<unknown[]> {
    const each = this.#both.flatMap((cache) => [
      cache.get(this.#keys.deleted),
      cache.get(this.#keys.changed),
      cache.get(this.#keys.tagged),
      cache.namespace('sub').get(this.#keys.cleared),
    ]);
    return Promise.all(each);
  }

  get isWell(): boolean {
    return this.#both.every((cache) => cache.health().l2?.state === 'up' && cache.health().l2?.pending === 0);
  }

  /** Whether a server holds an older value. */
  async isOldOn(server: TestServer): Promise<boolean> {
    return (await server.cli('EXISTS', `${this.namespace}:v1:${this.#keys.deleted}`)) === '1';
  }

  async close(): Promise<void> {
    await Promise.all(this.#both.map((cache) => cache.close()));
  }

  get #both(): readonly Cache[] {
    return [this.#writer, this.#reader];
  }
}

const overIoredis = (target: OwnTarget): Readonly<Record<string, () => StoreDriver>> =>
  Object.fromEntries(
    ioredisVersions.map(({ ioredis, version }) => [
      version.replace(' ', ''),
      () => makeBusDriver(createFailFastClient(ioredis, target, clock), 'driver', clock),
    ]),
  );

const nothing = Array.from({ length: 8 }, () => undefined);

/** The server that takes over lacks the last changes. */
async function expectNothingOld(
  pairs: readonly Pair[],
  cutReplication: () => Promise<void>,
  failOver: () => Promise<TestServer>,
): Promise<void> {
  try {
    await Promise.all(pairs.map((pair) => pair.start()));
    await cutReplication();
    for (const pair of pairs) expect(await pair.change(), pair.namespace).to.deep.equal(['done', 'done', 'done', 'done']);
    const next = await failOver();
    for (const pair of pairs) {
      await until(`the changes of ${pair.namespace} are repeated`, async () => !(await pair.isOldOn(next)));
      await until(`${pair.namespace} is well`, () => pair.isWell);
      expect(await pair.read(), pair.namespace).to.deep.equal(nothing);
    }
  } finally {
    await Promise.all(pairs.map((pair) => pair.close()));
  }
}

describe('A failover to a server that lacks the last changes brings no older value back', function () {
  this.timeout(60_000);

  it('when a sentinel makes a replica the master', async () => {
    const sentinels = await TestSentinels.start('redis');
    const sentinelRootNodes = sentinels.target.sentinels;
    const drivers = {
      ...overIoredis(sentinels.target),
      keyv: () => makeDriver(new KeyvRedis({ name: sentinels.target.name, sentinelRootNodes }), clock),
    };
    try {
      await expectNothingOld(
        Object.entries(drivers).map(([name, make]) => new Pair(name, make)),
        () => sentinels.cutReplication(),
        async () => {
          await sentinels.failOver();
          return sentinels.master();
        },
      );
    } finally {
      await sentinels.stop();
    }
  });

  for (const state of ['frozen', 'answering'] as const) {
    it(`when a replica takes the slots of a master that is ${state}`, async () => {
      const cluster = await TestCluster.start('redis');
      const master = await cluster.masterOf('some key');
      const replica = await cluster.addReplicaOf(master);
      const { cluster: nodes, options } = cluster.target;
      const drivers = {
        ...overIoredis(cluster.target),
        keyv: () =>
          makeDriver(
            new KeyvRedis({
              rootNodes: nodes.map(({ host, port }) => ({ socket: { host, port } })),
              nodeAddressMap: options.natMap,
              defaults: { disableOfflineQueue: true, socket: { reconnectStrategy: 50 } },
            }),
            clock,
          ),
      };
      const slots = await slotsOf(master);
      const isOwn = (key: string): boolean => slots.from <= clusterSlot(key) && clusterSlot(key) <= slots.to;
      const onMaster = (prefix: string, name: string): string =>
        first(
          (i) => `${name}${i}`,
          (key) => isOwn(prefix + key),
        );
      try {
        await expectNothingOld(
          Object.entries(drivers).map(([name, make]) => {
            const namespace = first(
              (i) => `${name}${i}`,
              (own) => isOwn(`{${own}}`) && isOwn(`{${own}:sub}`),
            );
            return new Pair(namespace, make, onMaster);
          }),
          () => cutReplicationOf(master),
          async () => {
            if (state === 'frozen') master.freeze();
            await replica.cli('CLUSTER', 'FAILOVER', 'TAKEOVER');
            return replica;
          },
        );
      } finally {
        master.thaw();
        await cluster.stop();
      }
    });
  }
});

async function slotsOf(master: TestServer): Promise<{ readonly from: number; readonly to: number }> {
  const own = (await master.cli('CLUSTER', 'NODES')).split('\n').find((line) => line.includes('myself'));
  const [from = 0, to = 0] = (own?.split(' ').at(-1) ?? '').split('-').map(Number);
  return { from, to };
}

function first(make: (i: number) => string, isRight: (made: string) => boolean): string {
  for (let i = 0; ; i += 1) if (isRight(make(i))) return make(i);
}
