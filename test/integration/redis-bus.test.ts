import { expect } from 'chai';
import sinon from 'sinon';
import type { RedisClient } from '../../src/adapters/redis';
import { busContract, healthProbeContract } from '../../src/testing';
import { ioredisVersions } from '../adapters/redis/ioredis-versions';
import { alive, leftOver } from '../adapters/redis/left-over';
import { hastyClient, listenTo, makeBusDriver, news, openBusDriver, type BusDriver } from '../adapters/redis/make-bus';
import { until } from '../adapters/redis/until';
import { promptly } from '../../src/testing/suite-tools';
import { connectedDriver } from '../support/proxied-server';

const kinds = ['redis', 'valkey'] as const;
const events = ['connecting', 'connect', 'ready', 'error', 'close', 'reconnecting', 'end', 'message', 'messageBuffer'];

ioredisVersions.forEach(({ version, ioredis }, index) => {
  const kind = kinds[index] ?? 'redis';

  describe(`The bus of redis() with ${version} on ${kind}-server`, () => {
    const at = connectedDriver<BusDriver>(kind);

    beforeEach(() => {
      // ioredis prints an error without a listener.
      sinon.stub(console, 'error').callsFake((...args) => expect.fail(`printed: ${args.join(' ')}`));
    });

    afterEach(() => {
      sinon.restore();
    });

    const open = async (client: RedisClient): Promise<BusDriver> => (at.driver = await openBusDriver(client));

    /** A client whose duplicates, and nothing else, go through the proxy. */
    const clientBeforeProxy = (): RedisClient => {
      const direct = hastyClient(ioredis, at.server.port);
      const duplicate = direct.duplicate.bind(direct);
      direct.duplicate = (options) => duplicate({ ...(options as object), port: at.proxy.port });
      return direct;
    };

    busContract('it', async () => {
      const drivers = Array.from({ length: 3 }, () => makeBusDriver(hastyClient(ioredis, at.proxy.port)));
      const stranger = hastyClient(ioredis, at.server.port);
      await Promise.all([stranger.connect(), ...drivers.map((each) => each.open())]);
      const [one, two, three] = drivers as [BusDriver, BusDriver, BusDriver];
      return {
        buses: [one.bus, two.bus, three.bus],
        ...at.outage,
        makeNoise: async (text) => {
          await stranger.publish('news', text);
        },
        close: async () => {
          await Promise.all(drivers.map((each) => each.close()));
          stranger.disconnect();
        },
      };
    });

    healthProbeContract('its probe', () => {
      const contracted = makeBusDriver(hastyClient(ioredis, at.proxy.port));
      return {
        probe: contracted.bus.probe,
        ...at.outage,
        close: () => contracted.close(),
      };
    });

    it('reports a gap before it is up again, when only the subscription was cut', async () => {
      const { bus, probe } = await open(clientBeforeProxy());
      const { heard } = await listenTo(bus);

      at.proxy.cutAll();
      await until('it is down', () => bus.probe.health === 'down');
      await bus.publish(news(1));
      await until('it is up', () => bus.probe.health === 'up');
      await bus.publish(news(2));
      await until('it arrived', () => heard.includes(2));

      expect(heard).to.deep.equal(['gap', 2]);
      expect(probe.health).to.equal('up');
    });

    it('receives again after the server was killed and restarted', async () => {
      const { bus, probe } = await open(hastyClient(ioredis, at.server.port));
      const { heard } = await listenTo(bus);

      await at.server.kill();
      await until('it is down', () => bus.probe.health === 'down');
      await at.server.restart();
      await until('it is up', () => bus.probe.health === 'up' && probe.health === 'up');
      await bus.publish(news(1));
      await until('it arrived', () => heard.includes(1));

      expect(heard).to.deep.equal(['gap', 1]);
    });

    it('notices a frozen connection without any event, and replaces it', async () => {
      const { bus, probe } = await open(clientBeforeProxy());
      const { heard } = await listenTo(bus);
      const connections = at.proxy.accepted;

      await at.proxy.set({ mode: 'blackhole' });
      await until('it is down', () => bus.probe.health === 'down');
      const { reason } = bus.probe;
      await until('it connects again', () => at.proxy.accepted > connections);
      await at.proxy.set({ mode: 'pass' });
      await until('it is up', () => bus.probe.health === 'up');

      expect([reason, heard]).to.deep.equal(['no answer to PING within 1000 ms', ['gap']]);
      expect(probe.health).to.equal('up');
    });

    it('rejects a publish to a frozen server, and receives again when the server resumes', async () => {
      const { bus, probe } = await open(hastyClient(ioredis, at.server.port));
      const { heard } = await listenTo(bus);

      at.server.freeze();
      try {
        const [outcome] = await promptly('publish()', Promise.allSettled([bus.publish(news(1))]));
        expect(outcome).to.have.nested.property('reason.message', 'redis: no answer to PUBLISH within 1000 ms');
        await until('the connection was dropped', () => bus.probe.reason === 'Socket timeout');
      } finally {
        at.server.thaw();
      }
      await until('it is up', () => bus.probe.health === 'up' && probe.health === 'up');
      await bus.publish(news(2));
      await until('it arrived', () => heard.includes(2));

      // An abandoned message may still be sent.
      expect(heard.filter((each) => each !== 1)).to.deep.equal(['gap', 2]);
    });

    it('leaves no handle after 50 lost connections', async () => {
      const client = clientBeforeProxy();
      const { bus } = await open(client);
      const { heard } = await listenTo(bus);
      const listeners = (): number[] => events.map((event) => (client as unknown as NodeJS.EventEmitter).listenerCount(event));
      const before = { listeners: listeners(), alive: await alive() };

      for (let losses = 1; losses <= 50; losses += 1) {
        at.proxy.cutAll();
        await until('it stands again', () => heard.length === losses);
      }

      expect(heard).to.deep.equal(Array.from({ length: 50 }, () => 'gap'));
      expect(listeners()).to.deep.equal(before.listeners);
      expect((await at.server.cli('CLIENT', 'LIST', 'TYPE', 'pubsub')).split('\n')).to.have.lengthOf(1);
      await until('no more is alive than before', async () => (await leftOver(before.alive)).length === 0);
    });

    it('reports that the user may neither subscribe nor publish', async () => {
      await at.server.cli('ACL', 'SETUSER', 'deaf', 'on', '>pass', '~*', 'resetchannels', '+@all');
      const { bus } = await open(hastyClient(ioredis, at.server.port, { username: 'deaf', password: 'pass' }));

      const { heard } = await listenTo(bus);
      const [outcome] = await Promise.allSettled([bus.publish(news(1))]);

      expect([bus.probe.health, bus.probe.reason, heard]).to.deep.equal(['down', 'NOPERM', []]);
      expect(outcome).to.have.nested.property('reason.message', 'redis: the server refused the write (NOPERM)');
    });

    it('needs no more than the right to publish and to subscribe, and its channel', async () => {
      const rights = ['resetchannels', '&news', '-@all', '+hello', '+client', '+info', '+ping', '+publish', '+subscribe'];
      await at.server.cli('ACL', 'SETUSER', 'narrow', 'on', '>pass', ...rights);
      const { bus } = await open(hastyClient(ioredis, at.server.port, { username: 'narrow', password: 'pass' }));

      const { heard } = await listenTo(bus);
      await bus.publish(news(1));

      await until('it arrived', () => heard.includes(1));
    });
  });
});
