import KeyvRedis from '@keyv/redis';
import KeyvValkey from '@keyv/valkey';
import { Cacheable } from 'cacheable';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import Keyv from 'keyv';
import { keyv } from '../../../src/adapters/keyv';
import { keyvSource } from '../../../src/adapters/keyv/keyv-source';
import { toDriver } from '../../../src/adapters/keyv/keyv-driver';

import { Keyv as Keyv6, KeyvBridgeAdapter, KeyvMemoryAdapter, KeyvRedis as KeyvRedis6 } from '../../keyv-6';
import { caught } from './caught';
import { makeDriver } from './open-driver';
import { TableAdapter } from './table-adapter';

const unusedPort = 'redis://127.0.0.1:1';
const keyvRedis = (): KeyvRedis<string> => new KeyvRedis(unusedPort);
const keyvValkey = (): KeyvValkey => new KeyvValkey({ uri: unusedPort, lazyConnect: true });

/** `keyv > node-redis` for a Keyv around a KeyvRedis. */
function kinds(given: unknown): string | undefined {
  const source = keyvSource(given);
  return source?.kind === 'keyv' ? `keyv > ${source.inner.kind}` : source?.kind;
}

describe('The kind of a second tier', () => {
  it('is detected from its methods', () => {
    expect(kinds(keyvRedis())).to.equal('node-redis');
    expect(kinds(new KeyvRedis({ rootNodes: [{ url: unusedPort }] }))).to.equal('node-redis');
    expect(kinds(keyvValkey())).to.equal('iovalkey');
    expect(kinds(new Map())).to.equal('memory');
    expect(kinds(new TableAdapter())).to.equal('other');
  });

  it('is a Keyv with its adapter inside', () => {
    expect(kinds(new Keyv())).to.equal('keyv > memory');
    expect(kinds(new Keyv({ store: keyvRedis() }))).to.equal('keyv > node-redis');
    expect(kinds(new Keyv(keyvValkey()))).to.equal('keyv > iovalkey');
    expect(kinds(new Keyv(new TableAdapter()))).to.equal('keyv > other');
    expect(kinds(new Cacheable().primary)).to.equal('keyv > other');
  });

  it('is detected for Keyv 6, whose own wrappers are looked through', () => {
    expect(kinds(new KeyvRedis6(unusedPort))).to.equal('node-redis');
    expect(kinds(new Keyv6(new KeyvRedis6(unusedPort)))).to.equal('keyv > node-redis');
    expect(kinds(new Keyv6(keyvRedis()))).to.equal('keyv > node-redis');
    expect(kinds(new Keyv6())).to.equal('keyv > memory');
    expect(kinds(new Keyv6(new TableAdapter()))).to.equal('keyv > other');
    expect(kinds(new KeyvMemoryAdapter(new Map()))).to.equal('memory');
  });

  it('has the prefix that a wrapper of Keyv 6 writes', () => {
    const [memory, bridge] = [new KeyvMemoryAdapter(new Map()), new KeyvBridgeAdapter(new TableAdapter(), { namespace: 'b' })];
    memory.namespace = 'a';

    expect([keyv(memory).keyPrefix, keyv(bridge).keyPrefix, keyv(new Keyv6(new Map(), { namespace: 'c' })).keyPrefix]).to.deep.equal([
      'a::',
      'b::',
      'c::',
    ]);
  });

  it('is refused if the adapter declares neither of the two meanings of the third argument of set()', () => {
    const adapter = Object.assign(new TableAdapter(), { capabilities: { expires: 'native' } });

    for (const given of [adapter, new Keyv(adapter)]) {
      const refused = caught(() => keyv(given));

      expect(refused).to.include({ name: 'CacheError', code: 'CACHE_OPTION_INVALID' });
      expect(refused?.message).to.match(/^keyv\(\): capabilities\.expires of the adapter: expected true .* got string; use /);
    }
  });

  it('is detected for a class of the other module system', async () => {
    const [other, otherRedis, otherValkey] = await Promise.all([import('keyv'), import('@keyv/redis'), import('@keyv/valkey')]);
    const valkeyAdapter = new otherValkey.default({ uri: unusedPort, lazyConnect: true });

    expect(other.Keyv).to.not.equal(Keyv);
    expect(kinds(new other.Keyv(new otherRedis.default(unusedPort)))).to.equal('keyv > node-redis');
    expect(kinds(valkeyAdapter)).to.equal('iovalkey');
    expect([keyv(new other.Keyv()), keyv(new otherRedis.default(unusedPort)), keyv(valkeyAdapter)].map(({ name }) => name)).to.deep.equal([
      'keyv',
      'keyv',
      'keyv',
    ]);
  });

  it('is undefined for everything else', () => {
    const client = new Redis({ lazyConnect: true });
    const strangers = [
      undefined,
      null,
      0,
      '',
      unusedPort,
      {},
      [],
      () => undefined,
      new Set(),
      client,
      makeDriver(new Map()),
      { get: 1, set: 2, delete: 3, clear: 4 },
    ];

    expect(strangers.map((stranger) => toDriver(stranger))).to.deep.equal(strangers.map(() => undefined));
  });

  it('is refused by keyv(), naming the given value, if it is undefined', () => {
    const refused = caught(() => keyv('redis://user:password@host' as unknown as Map<string, string>));

    expect(refused).to.include({ name: 'CacheError', code: 'CACHE_OPTION_INVALID' });
    expect(refused?.message).to.equal('keyv(): expected a Keyv or a Keyv storage adapter, got string');
  });
});
