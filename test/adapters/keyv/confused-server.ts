import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Speaks just enough of the protocol to be connected to, and answers the first GET with garbage: its reader no longer knows where an answer begins. */
export class ConfusedServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #garbage = 1;

  private constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
      socket.on('data', (chunk: Buffer) => socket.write(this.#answers(chunk.toString())));
    });
  }

  static async start(): Promise<ConfusedServer> {
    const confused = new ConfusedServer();
    await once(confused.#server.listen(0, '127.0.0.1'), 'listening');
    return confused;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), 'close');
  }

  #answers(requests: string): string {
    return [...requests.matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)].map(([, command]) => this.#answer(command as string)).join('');
  }

  #answer(command: string): string {
    if (command === 'PING') return '+PONG\r\n';
    if (command !== 'GET') return '+OK\r\n';
    return this.#garbage-- > 0 ? 'garbage\r\n' : '$5\r\nright\r\n';
  }
}
