import KeyvRedis from '@keyv/redis';
import KeyvValkey from '@keyv/valkey';
import { expect } from 'chai';
import { keyvSource } from '../../../src/adapters/keyv/keyv-source';
import { createFailFastValkey, type ValkeyOptions } from '../../../src/adapters/keyv/iovalkey-driver';
import { valkey, type ValkeyTarget } from '../../../src/adapters/keyv/valkey';
import { SystemClock } from '../../../src/adapters/system/system-clock';
import { caught } from './caught';

/** The options that iovalkey ends up with. */
function optionsOf(target: string | ValkeyOptions): Readonly<Record<string, unknown>> {
  const { redis } = createFailFastValkey(KeyvValkey, target, new SystemClock());
  redis.disconnect();
  return redis.options;
}

describe('valkey()', () => {
  it('connects to the server of the URL', () => {
    expect(optionsOf('valkey://user:secret@example.test:7000/3')).to.include({
      host: 'example.test',
      port: 7000,
      db: 3,
      username: 'user',
      password: 'secret',
    });
    expect(optionsOf('redis://example.test')).to.include({ host: 'example.test', port: 6379 }).and.not.to.have.property('tls');
    expect(optionsOf('valkeys://example.test')).to.include({ host: 'example.test', tls: true });
    expect(optionsOf('rediss://example.test')).to.include({ host: 'example.test', tls: true });
  });

  it('fails fast and does not connect before it is opened', () => {
    expect(optionsOf('valkey://example.test')).to.include({
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      socketTimeout: 1_500,
      connectTimeout: 2_000,
    });
  });

  it('leaves iovalkey’s other options to the user', () => {
    expect(optionsOf({ host: 'example.test', port: 7000, socketTimeout: 5_000, connectionName: 'shop' })).to.include({
      host: 'example.test',
      port: 7000,
      socketTimeout: 5_000,
      connectionName: 'shop',
    });
  });

  it('refuses options that queue, send again or retry, also in the URL', () => {
    const refused = caught(() => valkey('valkey://user:secret@example.test?maxRetriesPerRequest=20&connectTimeout=5'));

    expect(refused).to.include({ name: 'CacheError', code: 'CACHE_OPTION_INVALID' });
    expect(refused?.message).to.equal('valkey(): expected maxRetriesPerRequest=0, which the driver sets, or no value');
  });

  it('refuses a target that it cannot connect to, without repeating it', () => {
    const strangers: readonly unknown[] = [
      undefined,
      null,
      6379,
      '',
      'example.test',
      'http://user:secret@example.test',
      'VALKEYS://user:secret@example.test',
    ];

    for (const stranger of strangers) {
      const refused = caught(() => valkey(stranger as ValkeyTarget));
      expect(refused).to.include({ name: 'CacheError', code: 'CACHE_OPTION_INVALID' });
      expect(refused?.message)
        .to.match(/^valkey\(\): expected a URL/)
        .and.not.to.include('secret');
    }
  });

  it('sends the adapters of other packages to keyv()', () => {
    for (const stranger of [new KeyvRedis('redis://127.0.0.1:1'), new Map()]) {
      expect(caught(() => valkey(stranger as ValkeyTarget))?.message).to.match(/pass it to keyv\(\)$/);
    }
  });

  it('changes no option of the user’s client', () => {
    const adapter = new KeyvValkey({ host: '127.0.0.1', port: 1, lazyConnect: true });
    const { options } = adapter.redis as { options: Readonly<Record<string, unknown>> };
    const before = { ...options };

    valkey(adapter);

    expect(keyvSource(adapter)?.kind).to.equal('iovalkey');
    expect(options).to.deep.equal(before);
  });
});
