import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCache, type Cache } from '../../src';
import { prometheus } from '../../src/adapters/prometheus';
import { redis } from '../../src/adapters/redis';
import { FakeClock, RecordingLogger } from '../../src/testing';
import { eventually } from '../../src/testing/suite-tools';
import { valueOf } from '../adapters/otel/scrape';
import { TestServer } from '../support/servers';

const elapse = (ms: number): Promise<void> => sleep(ms);

describe('A cache whose user may not use the channel', function () {
  this.timeout(20_000);

  const clock = new FakeClock();
  const logger = new RecordingLogger();
  const metrics = prometheus({ port: 0, host: '127.0.0.1' });
  let server: TestServer;
  let cache: Cache;

  before(async () => {
    server = await TestServer.start('redis');
    await server.cli('ACL', 'SETUSER', 'nobus', 'on', '>pw', '~*', '+@all', 'resetchannels');
    cache = createCache({ namespace: 'tiercel', secondary: redis(`redis://nobus:pw@127.0.0.1:${server.port}`), clock, logger, metrics });
    await cache.start();
  });

  after(async () => {
    await cache.close();
    await server.stop();
  });

  const busUp = (): number | undefined => valueOf(metrics.render(), 'cache_bus_up{cache="tiercel"}');

  it('continues with L2, is degraded, and reports the reason in a metric and in one log line', async () => {
    expect(await cache.set('a', 1)).to.equal('pending'); // L2 has it, and the other processes are not notified
    expect(await server.cli('EXISTS', 'tiercel:v1:a')).to.equal('1');

    await eventually(elapse, () => expect(cache.health().l2).to.include({ state: 'up', reason: undefined, bus: 'down' }));
    await clock.advance(60_000);

    expect(cache.health().status).to.equal('degraded');
    expect(cache.stats().l2?.bus.up).to.equal(false);
    expect([valueOf(metrics.render(), 'cache_l2_up{cache="tiercel"}'), busUp()]).to.deep.equal([1, 0]);
    expect(logger.messages('warn')).to.deep.equal([
      'the bus of L2 (redis) is down: NOPERM; until it is back, this process notices changes of other processes late',
    ]);
  });

  it('is well by itself once the channel is allowed, and says so', async () => {
    await server.cli('ACL', 'SETUSER', 'nobus', 'allchannels');

    await eventually(elapse, () => expect(cache.health()).to.have.property('status', 'up'));

    expect(busUp()).to.equal(1);
    expect(await cache.set('a', 2)).to.equal('done');
    expect(logger.messages('info').filter((message) => message.includes('the bus'))).to.deep.equal(['the bus of L2 (redis) is back']);
    expect(logger.messages('warn')).to.have.length(1);
  });
});
