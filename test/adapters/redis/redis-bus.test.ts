import { expect } from 'chai';
import type { RedisClient } from '../../../src/adapters/redis';
import { createFailFastClient } from '../../../src/adapters/redis/redis';
import { subscriberClient } from '../../../src/adapters/redis/redis-bus';
import { SystemClock } from '../../../src/adapters/system/system-clock';
import { ioredisVersions } from './ioredis-versions';

const clock = new SystemClock();

/** None of these ever connects. */
for (const { version, ioredis } of ioredisVersions) {
  describe(`A client of ${version} that only subscribes`, () => {
    const singleUseOptions = {
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      autoResubscribe: false,
      retryStrategy: null,
      sentinelRetryStrategy: null,
      commandTimeout: undefined,
    };

    it('fails fast where a borrowed client would wait, and leaves that client unchanged', () => {
      const theirs = new ioredis.Redis({ host: 'example.test', port: 7000, password: 'pass', lazyConnect: true, commandTimeout: 100 });
      const before = { ...theirs.options };

      const ours = subscriberClient(theirs, 'user', clock);

      const place = { host: 'example.test', port: 7000, password: 'pass' };
      expect(ours?.options).to.include({
        ...singleUseOptions,
        ...place,
        socketTimeout: 1_500,
        connectTimeout: 2_000,
        disconnectTimeout: 100,
      });
      expect([ours?.status, theirs.options, theirs.eventNames()]).to.deep.equal(['wait', before, []]);
    });

    it('keeps the options that were chosen for a client of the driver', () => {
      const driverOptions = { host: 'example.test', connectTimeout: 9_000, socketTimeout: 3_000 };

      const subscriber = subscriberClient(createFailFastClient(ioredis, driverOptions, clock), 'driver', clock);

      expect(subscriber?.options).to.include({ ...singleUseOptions, ...driverOptions, disconnectTimeout: 100 });
    });

    it('is not made while no node of a cluster is known', () => {
      const cluster: RedisClient = createFailFastClient(ioredis, { cluster: [{ host: 'example.test', port: 7000 }] }, clock);

      expect(subscriberClient(cluster, 'driver', clock)).to.equal(undefined);
    });
  });
}
