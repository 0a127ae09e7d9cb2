import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { redis, type RedisTarget } from '../../../src/adapters/redis';
import { CacheError } from '../../../src/domain/cache-error';

/** None of these ever connects: they are not opened. */
const refusal = (make: () => unknown): string => {
  try {
    make();
  } catch (error) {
    if (error instanceof CacheError && error.code === 'CACHE_OPTION_INVALID') return error.message;
    throw error;
  }
  return expect.fail('it was accepted');
};

describe('redis()', () => {
  it('makes a driver called redis that is down until it is opened, and its bus until it is subscribed to', () => {
    const { name, probe, bus } = redis('redis://localhost:6379');

    expect([name, probe.health, probe.reason]).to.deep.equal(['redis', 'down', 'not started']);
    expect([bus?.probe.health, bus?.probe.reason]).to.deep.equal(['down', 'not started']);
  });

  it('makes no bus with bus: false', () => {
    expect(redis('redis://localhost', { bus: false }).bus).to.equal(undefined);
  });

  it('uses the given name', () => {
    expect(redis('redis://localhost', { name: 'sessions' }).name).to.equal('sessions');
  });

  const accepted: readonly [string, RedisTarget][] = [
    ['a URL', 'redis://localhost:6379/2'],
    ['a URL with TLS, a user and a password', 'rediss://user:pass@localhost'],
    ['host and port', 'localhost:6379'],
    ['the path of a socket', '/tmp/redis.sock'],
    ['options', { host: 'localhost', port: 6379 }],
    ['sentinels', { sentinels: [{ host: 'localhost', port: 26_379 }], name: 'main' }],
    ['a cluster', { cluster: [{ host: 'localhost', port: 7000 }], options: { redisOptions: { password: 'pass' } } }],
    ['an option that the driver sets anyway', { host: 'localhost', enableOfflineQueue: false } as RedisTarget],
  ];
  for (const [what, target] of accepted) {
    it(`accepts ${what}`, () => {
      expect(redis(target).probe.health).to.equal('down');
    });
  }

  const refused: readonly [string, unknown, string][] = [
    ['nothing, as from an unset variable', undefined, 'got undefined'],
    ['null', null, 'got null'],
    ['an empty string', '', 'got an empty string'],
    ['a number', 6379, 'got number'],
    ['the URL of something else', 'https://user:secret@localhost', 'got another scheme'],
    ['a scheme in capitals, with which ioredis would drop TLS', 'REDISS://:secret@localhost', 'got another scheme'],
    ['a scheme with a slash too few, which ioredis would take for a host', 'rediss:/:secret@localhost', 'got another scheme'],
    ['a URL that cannot be read', 'redis://:secret@localhost:x', 'got a URL that cannot be read'],
    ['an option url, which ioredis would ignore', { url: 'redis://:secret@localhost' }, 'got an option "url": pass the URL itself'],
    ['sentinels as strings', { sentinels: ['redis://:secret@localhost'], name: 'main' }, 'got a sentinel that is a string'],
    ['a client of another library', new EventEmitter(), 'got an instance of another class'],
    ['an array', [], 'got an array'],
    ['a cluster without a list of nodes', { cluster: 'localhost:7000' }, 'got no list of nodes'],
  ];
  for (const [what, target, got] of refused) {
    it(`refuses ${what}, and repeats no secret`, () => {
      const message = refusal(() => redis(target as RedisTarget));

      expect(message).to.match(/^redis\(\): /);
      expect(message).to.include(got);
      expect(message).not.to.include('secret');
    });
  }

  it('refuses options that would make the client wait or resend, all in one error', () => {
    const options = { enableOfflineQueue: true, maxRetriesPerRequest: null, autoResendUnfulfilledCommands: true, lazyConnect: false };

    for (const target of [options, { cluster: [], options: { redisOptions: options } }]) {
      const message = refusal(() => redis(target as RedisTarget));
      for (const name of Object.keys(options)) expect(message).to.include(name);
    }
  });

  it('refuses the same for a cluster, and to read from replicas', () => {
    const options = { enableOfflineQueue: true, lazyConnect: false, scaleReads: 'slave' };

    const message = refusal(() => redis({ cluster: [], options } as RedisTarget));

    for (const name of Object.keys(options)) expect(message).to.include(name);
  });

  it('refuses them in the URL too', () => {
    expect(refusal(() => redis('redis://:secret@localhost?maxRetriesPerRequest=20')))
      .to.match(/maxRetriesPerRequest/)
      .and.not.match(/secret/);
  });

  it('refuses unknown and invalid settings, all in one error', () => {
    const given = { pingIntervall: 5, name: '', pingInterval: 0, bus: 'no', channel: '' };
    const message = refusal(() => redis('redis://localhost', given as object));

    expect(message)
      .to.match(/pingIntervall.*did you mean 'pingInterval'/)
      .and.match(/name/);
    expect(message)
      .to.match(/pingInterval: expected a duration/)
      .and.match(/bus: expected true or false/)
      .and.match(/channel: expected a string that is not empty/);
  });

  it('takes durations as strings', () => {
    expect(redis('redis://localhost', { pingInterval: '1s' }).probe.health).to.equal('down');
  });

  it('does not touch a client that it is given', () => {
    const client = new Redis({ lazyConnect: true });

    redis(client);

    expect([client.status, client.listenerCount('error')]).to.deep.equal(['wait', 0]);
  });
});
