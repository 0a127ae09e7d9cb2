import { expect } from 'chai';
import { createCache } from '../../../src/create-cache';
import type { LogLine } from '../../../src/testing/recording-logger';
import { RecordingLogger } from '../../../src/testing';
import { drivers, type DriverUnderTest } from '../../integration/outage/drivers';
import { rejectionOf } from '../../builders/rejection-of';
import { until } from '../../adapters/redis/until';
import { TestServer } from '../../support/servers';

const key = 'alice@example.com\r\nforged line';
const sanitised = 'alice@example.com%0D%0Aforged%20line';
const value = 'sk_live_51H8';
const failsWithValue = (): never => {
  throw new Error(value);
};

/** Everything that can go wrong with one key and one value, at the lowest level. */
async function mistreat({ make }: DriverUnderTest, server: TestServer): Promise<readonly LogLine[]> {
  const logger = new RecordingLogger();
  const newCache = () => createCache({ secondary: make(server.url), logger, ttl: '1ms', staleWhileRevalidate: '1h', breaker: false });
  const [cache, other] = [newCache(), newCache()];
  const off = cache.on('set', failsWithValue);

  await cache.set(key, value);
  off();
  const stored = await server.cli('KEYS', '*:v1:*');
  await until('it is stale', () => cache.peek(key) === undefined);
  await cache.wrap(key, failsWithValue);
  await until('the refresh has failed', () => logger.messages('debug').some((line) => line.includes('failed')));
  await cache.set(key, () => value);
  await server.cli('SET', stored, value);
  await other.get(key);
  await server.cli('CONFIG', 'SET', 'maxmemory', '1');
  await cache.set(key, value);
  await server.cli('CONFIG', 'SET', 'maxmemory', '0');
  await server.kill();
  await until('the outage is logged', () => logger.messages('warn').some((line) => line.includes('is offline')));
  await cache.set(key, value);
  await cache.get(key);
  await Promise.all([cache.close(), other.close()]);
  await rejectionOf(cache.set(key, value));
  return logger.lines;
}

for (const driver of drivers) {
  describe(`The log of a cache on ${driver.name}`, () => {
    let server: TestServer;
    let lines: readonly LogLine[];

    before(async () => {
      server = await TestServer.start(driver.server);
      lines = await mistreat(driver, server);
    });

    after(() => server.stop());

    it('reports each failure', () => {
      const text = lines.map(({ level, message }) => `${level}: ${message}`).join('\n');

      expect(text).to.contain("error: a listener of the cache event 'set' threw");
      expect(text).to.contain('warn: a value cannot go to L2');
      expect(text).to.contain('answers reads but refuses writes');
      expect(text).to.contain('is offline');
    });

    it('names a key at debug alone, as the sanitizer left it', () => {
      const naming = lines.filter(({ message }) => /alice|forged/.test(message));

      expect(new Set(naming.map(({ level }) => level))).to.deep.equal(new Set(['debug']));
      expect(naming.map(({ message }) => message)).to.include(`refreshing '${sanitised}' in the background failed`);
      expect(naming.map(({ message }) => message)).to.include(`the payload that L2 holds for '${sanitised}' was not used: malformed`);
      expect(naming.filter(({ message }) => !message.includes(sanitised))).to.deep.equal([]);
    });

    it('never shows a value', () => {
      expect(lines.filter(({ message }) => message.includes(value))).to.deep.equal([]);
    });
  });
}
