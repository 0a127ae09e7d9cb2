import { expect } from 'chai';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createCache } from '../../../src/create-cache';
import { until } from '../../adapters/redis/until';
import { freePort } from '../../support/free-port';
import { TestServer } from '../../support/servers';
import { drivers, type DriverUnderTest } from './drivers';

describe('A cache whose connection is accepted again and then never answered', function () {
  this.timeout(20_000);

  it('gives it up, and is well with the next one', async () => {
    await Promise.all(drivers.map(comesUp));
  });

  async function comesUp(driver: DriverUnderTest): Promise<void> {
    const server = await TestServer.start(driver.server);
    const relay = new Relay(server.port);
    const cache = createCache({ secondary: driver.make(await relay.listen()), logger: false });
    try {
      expect(await cache.set('k', 'before')).to.equal('done');
      relay.isDeaf = true;
      relay.cut();
      await until('it has dialled again', () => relay.ignored > 0);
      relay.isDeaf = false;

      await until(`${driver.name} is up`, () => cache.health().status === 'up', 12_000);
      expect(await cache.set('k', 'after'), driver.name).to.equal('done');
    } finally {
      await cache.close();
      relay.stop();
      await server.stop();
    }
  }
});

/** A connection that it accepts while it is deaf is never answered, also later. */
class Relay {
  isDeaf = false;
  ignored = 0;
  readonly #sockets = new Set<Socket>();
  readonly #listener: Server;

  constructor(serverPort: number) {
    this.#listener = createServer((client) => {
      this.#keep(client);
      if (this.isDeaf) this.ignored += 1;
      else client.pipe(this.#keep(connect(serverPort, '127.0.0.1'))).pipe(client);
    });
  }

  async listen(): Promise<string> {
    const port = await freePort();
    await once(this.#listener.listen(port, '127.0.0.1'), 'listening');
    return `redis://127.0.0.1:${port}`;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  stop(): void {
    this.cut();
    this.#listener.close();
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    return socket.on('error', () => undefined).on('data', () => undefined);
  }
}
