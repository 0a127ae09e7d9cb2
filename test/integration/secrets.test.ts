import { expect } from 'chai';
import Redis from 'ioredis';
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

import { aesGcmCipher } from '../../src/adapters/crypto/aes-gcm-cipher';
import { hmacSanitizer } from '../../src/adapters/keys/sanitizers';
import { redis } from '../../src/adapters/redis';
import { createCache, type CreateCacheOptions } from '../../src/create-cache';
import type { Cache } from '../../src/domain/cache';
import type { CacheEventName } from '../../src/domain/events/cache-events';
import { RecordingLogger } from '../../src/testing/recording-logger';
import { until } from '../adapters/redis/until';
import { TestServer } from '../support/servers';

/** Found nowhere else, and the same in every encoding that leaves letters alone. */
const valueSecret = 'VALUECANARY4111111111111111';
const keySecret = 'KEYCANARYjanedoe';
const password = 'PASSWORDCANARYhunter2';
const planted = [valueSecret, keySecret, password];

/** The planted words, plain and in all encodings in use. */
const traces = planted.flatMap((word) => [
  word,
  ...['hex', 'base64', 'base64url'].map((encoding) =>
    Buffer.from(word)
      .toString(encoding as BufferEncoding)
      .slice(0, 20),
  ),
]);

const eventNames: readonly CacheEventName[] = [
  ...(['hit', 'miss', 'set', 'del', 'clear', 'load', 'stale', 'refresh', 'evict'] as const),
  ...(['error', 'pending', 'gap', 'down', 'recovering', 'up'] as const),
];

describe('secrets', () => {
  let server: TestServer;
  let watcher: Redis;
  let monitor: Redis | undefined;
  let logger: RecordingLogger;
  /** Everything that left the process, or could. */
  let written: string[];
  let caches: Cache[];
  const key = randomBytes(32);
  const secret = randomBytes(32);

  const watch = (thing: unknown): void => {
    written.push(inspect(thing, { depth: null, showHidden: true }), JSON.stringify(thing));
    if (thing instanceof Error) written.push(String(thing), String(thing.stack), inspect(thing.cause, { depth: null }));
  };
  const warned = (warning: Error): void => {
    watch(warning);
  };

  beforeEach(async () => {
    server = await TestServer.start('redis', { args: ['--requirepass', password] });
    watcher = new Redis({ port: server.port, password });
    written = [];
    caches = [];
    logger = new RecordingLogger();
    // Its own commands of the beginning would reach the monitor before the monitor's reply.
    await watcher.ping();
    monitor = await watcher.monitor();
    monitor.on('monitor', (_time: string, args: string[]) => written.push(args.join(' ')));
    process.on('warning', warned);
  });

  afterEach(async () => {
    process.off('warning', warned);
    const closed = await Promise.allSettled(caches.map((cache) => cache.close()));
    monitor?.disconnect();
    watcher.disconnect();
    await server.stop();
    expect(closed.filter(({ status }) => status === 'rejected')).to.deep.equal([]);
  });

  function build(options: CreateCacheOptions = {}): Cache {
    const cipher = aesGcmCipher({ keys: [{ id: '2026-11', key }] });
    const given: CreateCacheOptions = {
      secondary: redis(`redis://:${password}@127.0.0.1:${server.port}`),
      namespace: 'shop',
      encryption: 'required',
      cipher,
      sanitizer: hmacSanitizer({ secret }),
      logger,
      logLevel: 'debug',
      metrics: { record: watch },
      staleIfError: '1h',
      ...options,
    };
    const cache = createCache(given);
    for (const name of eventNames) cache.on(name, watch);
    caches.push(cache);
    for (const thing of [given.cipher, given.sanitizer, cache]) watch(thing);
    return cache;
  }

  const keyOf = (name: string): string => `user:${keySecret}:${name}`;

  async function everyOperation(one: Cache, other: Cache): Promise<void> {
    const value = { card: valueSecret };
    await one.set(keyOf('a'), value, { tags: [`tag:${valueSecret}`] });
    await one.setMany([{ key: keyOf('b'), value }]);
    expect(await other.get(keyOf('a'))).to.deep.equal(value);
    await other.getMany([keyOf('a'), keyOf('b'), keyOf('c')]);
    await other.has(keyOf('b'));
    await other.wrap(keyOf('d'), () => value);
    await other.wrap(keyOf('e'), () => Promise.reject(new Error('the loader failed'))).catch(watch);
    await one.set(keyOf('big'), valueSecret.repeat(50_000));
    await one.set(keyOf('class'), new (class Card { number = valueSecret })()); // prettier-ignore
    await one.delMany([keyOf('a')]);
    for (const cache of [one, other]) watch([cache.health(), cache.stats()]);
  }

  async function allOfL2(): Promise<void> {
    for (const name of await watcher.keys('*')) {
      // A closed one is `null`, although the types exclude it.
      const dump = (await watcher.dumpBuffer(name)) as Buffer | null;
      written.push(name, String(dump?.toString('latin1')), String(await watcher.get(name)));
    }
  }

  function expectNoTrace(): void {
    written.push(...logger.lines.map(({ level, message }) => `${level}: ${message}`));
    for (const trace of traces) expect(written.filter((text) => text.includes(trace))).to.deep.equal([], trace);
  }

  it('are in nothing that the cache writes, sends, logs, throws or emits', async () => {
    const [one, other] = [build(), build()];
    await Promise.all([one.start(), other.start()]);

    await everyOperation(one, other);
    await allOfL2();
    await until('something is published', () => written.some((text) => text.startsWith('publish')));

    expect(await watcher.keys('shop:v1:~*')).to.have.length.above(0);
    expect(logger.lines.length).to.be.above(0);
    expectNoTrace();
  });

  it('are not in reports of payloads that were tampered with', async () => {
    const [one, other] = [build(), build()];
    await one.set(keyOf('a'), valueSecret);
    const { l2 } = one.inspectKey(keyOf('a'));
    const payload = (await watcher.get(l2)) ?? '';
    await watcher.set(l2, `${payload.slice(0, -10)}AAAA${payload.slice(-6)}`);

    expect(await other.get(keyOf('a'))).to.equal(undefined);

    await allOfL2();
    expect(logger.messages('warn').join()).to.contain('another program writes to L2');
    expectNoTrace();
  });

  it('are not in reports of a server that refuses writes, and of a cipher that fails', async () => {
    const failing = { seal: () => raise(`cannot seal ${valueSecret}`), open: () => raise(`cannot open ${valueSecret}`) };
    const [one, other] = [build(), build({ cipher: failing })];
    await one.set(keyOf('a'), valueSecret);
    await other.get(keyOf('a'));
    await other.set(keyOf('b'), valueSecret);
    await watcher.config('SET', 'maxmemory', '1');
    await one.set(keyOf('c'), valueSecret, { whenUnreachable: 'reject' }).catch(watch);
    await one.set(keyOf('d'), valueSecret);
    for (const cache of [one, other]) watch([cache.health(), cache.stats()]);
    await watcher.config('SET', 'maxmemory', '0');

    await allOfL2();
    expect(logger.messages('warn').join()).to.contain('refuses writes').and.to.contain('could not be sealed');
    expectNoTrace();
  });

  it('are not in reports of an outage, or of a wrong password', async () => {
    const one = build();
    const wrong = build({ secondary: redis(`redis://:wrong${password}@127.0.0.1:${server.port}`) });
    await one.set(keyOf('a'), valueSecret);
    await wrong.set(keyOf('a'), valueSecret);
    watch([wrong.health(), wrong.stats()]);
    monitor?.disconnect();
    watcher.disconnect();
    await server.kill();
    await one.set(keyOf('a'), valueSecret, { whenUnreachable: 'reject' }).catch(watch);
    await one.get(keyOf('b'));
    watch([one.health(), one.stats()]);

    expectNoTrace();
  });

  it('are not in errors about options', () => {
    const url = `http://user:${password}@127.0.0.1`;
    const wrong: readonly (() => unknown)[] = [
      () => redis(url),
      () => createCache({ secondary: url as never }),
      () => createCache({ cipher: password as never }),
      () => createCache({ sanitizer: password as never }),
      () => aesGcmCipher({ keys: [{ id: 'a', key: password }] }),
      () => aesGcmCipher({ keys: [{ id: `${password} ${password}`, key }] }),
      () => aesGcmCipher({ keys: password as never }),
      () => hmacSanitizer({ secret: password }),
    ];
    for (const make of wrong) {
      expect(make).to.throw();
      try {
        make();
      } catch (error) {
        watch(error);
      }
    }

    expectNoTrace();
  });
});

function raise(message: string): never {
  throw new Error(message);
}
