import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Cancel, Clock } from '../../ports/clock';
import type { Logger } from '../../ports/logger';
import { contentType } from './prometheus-text';

export interface MetricsAddress {
  readonly port: number;
  readonly host: string | undefined;
  readonly path: string;
}

/** Milliseconds from one attempt to listen to the next: who had the port may be a process that is about to end. */
const retryMs = 30_000;

/** Answers scrapes. It does not keep the process alive, and what goes wrong with it is logged and not thrown. */
export class MetricsServer {
  readonly #server: Server;
  readonly #address: MetricsAddress;
  readonly #render: () => string;
  readonly #logger: Logger;
  readonly #clock: Clock;
  #cancelRetry: Cancel | undefined;
  #saidTaken = false;
  #saidBroken = false;

  constructor(address: MetricsAddress, render: () => string, logger: Logger, clock: Clock) {
    this.#address = address;
    this.#render = render;
    this.#logger = logger;
    this.#clock = clock;
    this.#server = createServer((request, response) => {
      this.#answer(request, response);
    });
    this.#server.on('error', this.#onError).on('listening', this.#onListening).unref();
    this.#listen();
  }

  /** No new scrapes from now on; those under way are answered. */
  close(): void {
    this.#cancelRetry?.();
    this.#server.close();
  }

  /** `undefined` while it does not listen. */
  get port(): number | undefined {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : undefined;
  }

  #listen(): void {
    const { host, port } = this.#address;
    // Exclusive, or the workers of a cluster would share the port, and each scrape would tell of another one.
    this.#server.listen({ port, host, exclusive: true });
  }

  readonly #onListening = (): void => {
    if (this.#saidTaken) this.#logger.info(`prometheus(): port ${String(this.#address.port)} is listened on now; metrics are served`);
  };

  readonly #onError = (error: Error): void => {
    // One that listens has errors too: of a connection that could not be accepted.
    if (this.#server.listening) return;
    this.#cancelRetry = this.#clock.schedule(retryMs, () => {
      this.#listen();
    });
    if (this.#saidTaken) return;
    this.#saidTaken = true;
    const reason = 'code' in error ? String(error.code) : 'no reason given';
    const port = String(this.#address.port);
    this.#logger.error(
      `prometheus(): port ${port} cannot be listened on (${reason}); metrics are not served until it can, the cache goes on`,
    );
  };

  #answer({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
    if (url.split('?')[0] !== this.#address.path) {
      response.writeHead(404).end();
      return;
    }
    if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    try {
      const text = this.#render();
      response.writeHead(200, { 'content-type': contentType }).end(text);
    } catch {
      if (!this.#saidBroken) this.#logger.error('prometheus(): the numbers could not be written; a scrape was answered 500 (logged once)');
      this.#saidBroken = true;
      response.writeHead(500).end();
    }
  }
}
