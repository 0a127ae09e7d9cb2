import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { createClient, createClientPool, createCluster, createSentinel } from 'redis';
import { nodeRedis, type NodeRedisTarget } from '../../../src/adapters/node-redis';
import { NodeRedisCommands } from '../../../src/adapters/node-redis/node-redis-commands';
import { CacheError } from '../../../src/domain/cache-error';

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    expect(error).to.be.instanceOf(CacheError).with.property('code', 'CACHE_OPTION_INVALID');
    return (error as CacheError).message;
  }
  throw new Error('it was accepted');
}

/** None of these ever connects. */
describe('nodeRedis()', () => {
  it('is down and has a bus, before it is opened', () => {
    const { name, probe, bus, keyPrefix } = nodeRedis('redis://localhost');

    expect([name, probe.health, bus?.probe.health, keyPrefix]).to.deep.equal(['node-redis', 'down', 'down', '']);
  });

  it('makes no bus with bus: false, and uses the given name', () => {
    const { name, bus } = nodeRedis('redis://localhost', { name: 'sessions', bus: false, pingInterval: '1s' });

    expect([name, bus]).to.deep.equal(['sessions', undefined]);
  });

  it("writes the client's prefix before its own", () => {
    const client = createClient({ keyPrefix: 'shop:' });

    expect([nodeRedis(client).keyPrefix, nodeRedis(client, { keyPrefix: 'v2:' }).keyPrefix]).to.deep.equal(['shop:', 'shop:v2:']);
  });

  it('accepts a cluster, with its prefix', () => {
    const cluster = createCluster({ rootNodes: [{ url: 'redis://localhost' }], keyPrefix: 'shop:' });
    const { name, probe, bus, keyPrefix } = nodeRedis(cluster, { keyPrefix: 'v2:' });

    expect([name, probe.health, bus?.probe.health, keyPrefix]).to.deep.equal(['node-redis', 'down', 'down', 'shop:v2:']);
    expect([cluster.isOpen, cluster.masters]).to.deep.equal([false, []]);
  });

  it('does not touch a client that it is given', () => {
    const client = createClient();

    nodeRedis(client);

    expect([client.isOpen, client.eventNames()]).to.deep.equal([false, []]);
  });

  for (const url of ['redis://localhost:6379/2', 'rediss://user:p%40ss@localhost', 'redis://[::1]', 'redis://localhost/']) {
    it(`accepts ${url}`, () => {
      expect(nodeRedis(url).probe.health).to.equal('down');
    });
  }

  const refused: readonly [string, unknown, string][] = [
    ['nothing, as from an unset variable', undefined, 'got undefined'],
    ['null', null, 'got null'],
    ['a number', 6379, 'got number'],
    ['an empty string', '', 'got a string without one of these schemes'],
    ['another scheme', 'https://user:secret@localhost', 'got a string without one of these schemes'],
    ['a scheme in capitals', 'REDISS://:secret@localhost', 'got a string without one of these schemes'],
    ['a URL that cannot be read', 'redis://:secret@localhost:x', 'got a URL that cannot be read'],
    ['a query, which node-redis ignores', 'redis://:secret@localhost?db=2', 'got a URL with ?'],
    ['options', { url: 'redis://:secret@localhost' }, 'options go to createClient()'],
    ['another emitter', new EventEmitter(), 'got another object'],
    [
      'sentinels',
      createSentinel({ name: 'main', sentinelRootNodes: [{ host: 'localhost', port: 1 }] }),
      'got sentinels, which hold commands back',
    ],
    ['a pool', createClientPool({ url: 'redis://:secret@localhost' }), 'got a pool; one client'],
    ['a prefix of bytes', createClient({ keyPrefix: Buffer.from('a') }), 'a client with a keyPrefix of bytes'],
  ];
  for (const [what, target, got] of refused) {
    it(`refuses ${what}, and repeats no secret`, () => {
      const message = refusal(() => nodeRedis(target as NodeRedisTarget));

      expect(message).to.match(/^nodeRedis\(\): /);
      expect(message).to.include(got);
      expect(message).not.to.include('secret');
    });
  }

  it('refuses unknown and invalid settings, all in one error', () => {
    const message = refusal(() => nodeRedis('redis://localhost', { keyPrefixx: 'a', keyPrefix: 1, name: '', bus: 'no' } as object));

    for (const part of [/keyPrefixx.*did you mean 'keyPrefix'/, /keyPrefix: expected a string/, /name/, /bus: expected true or false/]) {
      expect(message).to.match(part);
    }
  });
});

describe('The commands of node-redis', () => {
  it("replace the client's timeout and its types of replies", async () => {
    const sent: unknown[] = [];
    const client = {
      sendCommand: (args: readonly string[], options?: object) => {
        sent.push([args, { ...{ timeout: 5_000, typeMapping: { 36: Buffer } }, ...options }]);
        return Promise.resolve(null);
      },
    };
    const commands = NodeRedisCommands.of(client);

    await commands.get('a');
    await commands.mget(['a', 'b']);
    await commands.set('a', 'x');
    await commands.set('a', 'x', 'PX', 5);
    await commands.unlink(['a', 'b']);
    await commands.scan('0', 'MATCH', 'a*', 'COUNT', 500);

    const options = { timeout: undefined, typeMapping: {} };
    expect(sent).to.deep.equal([
      [['GET', 'a'], options],
      [['MGET', 'a', 'b'], options],
      [['SET', 'a', 'x'], options],
      [['SET', 'a', 'x', 'PX', '5'], options],
      [['UNLINK', 'a', 'b'], options],
      [['SCAN', '0', 'MATCH', 'a*', 'COUNT', '500'], options],
    ]);
  });
});
