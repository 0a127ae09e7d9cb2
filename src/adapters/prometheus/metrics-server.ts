import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { logOnce } from '../../domain/shared/log-once';
import type { Cancel, Clock } from '../../ports/clock';
import type { Logger } from '../../ports/logger';
import { contentType } from './prometheus-text';

export interface MetricsAddress {
  readonly port: number;
  readonly host: string | undefined;
  readonly path: string;
}

/** Milliseconds between two attempts to listen: the process that has the port may be about to end. */
const retryMs = 30_000;

/** Milliseconds that scrapes under way get to end when the server closes. */
const closeMs = 1_000;

/** A client that sends or reads nothing for so long is disconnected. Milliseconds. */
const timeouts = { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 2_000 } as const;
const silenceMs = 15_000;

/** Prometheus needs one connection; some tools and a second Prometheus need one each. */
const maxConnections = 32;

/** Answers scrapes. It does not keep the process alive; its errors are logged and not thrown. */
export class MetricsServer {
  readonly #server: Server;
  readonly #address: MetricsAddress;
  readonly #render: () => Promise<string>;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #logBroken: (message: string) => void;
  /** Scrapes under way. */
  readonly #responses = new Set<ServerResponse>();
  #cancelTimer: Cancel | undefined;
  #isClosed = false;
  #logged: 'nothing' | 'taken' | 'listening' = 'nothing';

  constructor(address: MetricsAddress, render: () => Promise<string>, logger: Logger, clock: Clock) {
    this.#address = address;
    this.#render = render;
    this.#logger = logger;
    this.#clock = clock;
    this.#logBroken = logOnce((message) => logger.error(message));
    this.#server = createServer(timeouts, (request, response) => {
      void this.#answer(request, response);
    });
    this.#server.maxConnections = maxConnections;
    this.#server.setTimeout(silenceMs);
    this.#server.on('error', this.#onError).on('listening', this.#onListening).unref();
    this.#server.on('connection', (socket) => socket.unref());
    this.#listen();
  }

  /** Stops listening and disconnects the clients: at once, or within a second where a scrape is under way. */
  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#server.close();
    if (this.#responses.size > 0) this.#cancelTimer = this.#clock.schedule(closeMs, () => this.#server.closeAllConnections());
    else this.#server.closeAllConnections();
  }

  /** `undefined` while it does not listen. */
  get port(): number | undefined {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : undefined;
  }

  #listen(): void {
    const { host, port } = this.#address;
    // Exclusive: the workers of a cluster would otherwise share the port, and each scrape would reach another worker.
    this.#server.listen({ port, host, exclusive: true });
  }

  readonly #onListening = (): void => {
    if (this.#logged === 'listening') return;
    this.#logged = 'listening';
    const { host, path } = this.#address;
    const where = host === undefined ? 'on every network interface (option host)' : `on ${host}`;
    this.#logger.info(`prometheus(): metrics are served ${where}, port ${String(this.port)}, at ${path}`);
  };

  readonly #onError = (error: Error): void => {
    // A server that listens also emits errors: of a connection that could not be accepted.
    if (this.#server.listening) return;
    this.#cancelTimer = this.#clock.schedule(retryMs, () => {
      this.#listen();
    });
    if (this.#logged === 'taken') return;
    this.#logged = 'taken';
    const reason = 'code' in error ? String(error.code) : 'no reason given';
    const port = String(this.#address.port);
    this.#logger.error(`prometheus(): port ${port} cannot be used (${reason}); no metrics are served until it can; the cache goes on`);
  };

  async #answer({ method, url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (url.split('?')[0] !== this.#address.path) {
      response.writeHead(404).end();
      return;
    }
    if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    this.#responses.add(response);
    response.once('close', () => {
      this.#ended(response);
    });
    try {
      const text = await this.#render();
      response.writeHead(200, { 'content-type': contentType }).end(text);
    } catch {
      this.#logBroken('prometheus(): the metrics could not be rendered; a scrape was answered 500');
      response.writeHead(500).end();
    }
  }

  #ended(response: ServerResponse): void {
    this.#responses.delete(response);
    if (!this.#isClosed || this.#responses.size > 0) return;
    this.#cancelTimer?.();
    this.#server.closeAllConnections();
  }
}
