import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port';

export interface Faults {
  /**
   * - `refuse`: the port is closed, and open connections are cut.
   * - `blackhole`: connections open and stay open, but nothing arrives; data that was sent meanwhile arrives afterwards, as after a network partition.
   * - `reset`: every connection is cut, the open ones and each new one.
   */
  readonly mode: 'pass' | 'refuse' | 'blackhole' | 'reset';
  /** Milliseconds that requests are late. */
  readonly requestLatency: number;
  /** Milliseconds that replies are late. */
  readonly replyLatency: number;
  /** The connection is cut after so many bytes of replies, counted from when this was set. */
  readonly cutAfterReplyBytes: number;
}

/** A TCP proxy on loopback that can misbehave, also while connections are open. */
export class FaultProxy {
  /** Started and not yet stopped. The root hooks check that every test stops its own. */
  static readonly running = new Set<FaultProxy>();

  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #faults: Faults = { mode: 'pass', requestLatency: 0, replyLatency: 0, cutAfterReplyBytes: Infinity };
  #replyBytes = 0;
  #accepted = 0;
  #listener: Server | undefined;

  private constructor(
    targetPort: number,
    readonly port: number,
  ) {
    this.#target = targetPort;
  }

  static async start(targetPort: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort, await freePort());
    await proxy.#listen();
    FaultProxy.running.add(proxy);
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** How many connections were accepted so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Changes the given faults, and leaves the others. */
  async set(faults: Partial<Faults>): Promise<void> {
    this.#faults = { ...this.#faults, ...faults };
    if (faults.cutAfterReplyBytes !== undefined) this.#replyBytes = 0;
    if (this.#faults.mode === 'refuse') await this.#close();
    else if (this.#listener === undefined) await this.#listen();
    if (this.#faults.mode === 'reset') this.cutAll();
    for (const socket of this.#sockets) this.#holdOrRelease(socket);
  }

  /** Cuts every open connection with RST, on both sides. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    await this.#close();
    FaultProxy.running.delete(this);
  }

  async #listen(): Promise<void> {
    this.#listener = createServer({ noDelay: true }, (client) => {
      this.#accept(client);
    });
    await once(this.#listener.listen(this.port, '127.0.0.1'), 'listening');
  }

  async #close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.close();
    this.cutAll();
    if (listener !== undefined) await once(listener, 'close');
  }

  #accept(client: Socket): void {
    this.#accepted++;
    if (this.#faults.mode === 'reset') {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ host: '127.0.0.1', port: this.#target, noDelay: true });
    this.#forward(client, server, {
      latency: () => this.#faults.requestLatency,
      deliver: (chunk) => server.write(chunk),
    });
    this.#forward(server, client, {
      latency: () => this.#faults.replyLatency,
      deliver: (chunk) => {
        this.#reply(server, client, chunk);
      },
    });
  }

  #forward(from: Socket, to: Socket, way: { latency: () => number; deliver: (chunk: Buffer) => void }): void {
    let delivered = Promise.resolve();
    this.#sockets.add(from);
    this.#holdOrRelease(from);
    from.on('error', () => undefined);
    from.on('data', (chunk: Buffer) => {
      const dueAt = performance.now() + way.latency();
      delivered = delivered.then(async () => {
        await until(dueAt);
        way.deliver(chunk);
      });
    });
    from.on('close', () => {
      this.#sockets.delete(from);
      void delivered.then(() => {
        to.destroySoon();
      });
    });
  }

  #reply(server: Socket, client: Socket, chunk: Buffer): void {
    const allowed = this.#faults.cutAfterReplyBytes - this.#replyBytes;
    this.#replyBytes += chunk.length;
    if (chunk.length <= allowed) {
      client.write(chunk);
      return;
    }
    client.end(chunk.subarray(0, Math.max(0, allowed)));
    server.resetAndDestroy();
  }

  #holdOrRelease(socket: Socket): void {
    if (this.#faults.mode === 'blackhole') socket.pause();
    else socket.resume();
  }
}

/** Timers may fire up to a millisecond early. */
async function until(dueAt: number): Promise<void> {
  for (let wait = dueAt - performance.now(); wait > 0; wait = dueAt - performance.now()) {
    await sleep(Math.ceil(wait), undefined, { ref: false });
  }
}
