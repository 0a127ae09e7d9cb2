import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { contentType } from './prometheus-text';

export interface MetricsAddress {
  readonly port: number;
  readonly host: string | undefined;
  readonly path: string;
}

/** Answers scrapes. It does not keep the process alive, and what goes wrong with it is told and not thrown. */
export class MetricsServer {
  readonly #server: Server;
  readonly #path: string;
  readonly #render: () => string;
  readonly #report: (problem: string) => void;
  #saidBroken = false;

  /** @param report - told what goes wrong: a port in use, for example */
  constructor({ host, path, port }: MetricsAddress, render: () => string, report: (problem: string) => void) {
    this.#path = path;
    this.#render = render;
    this.#report = report;
    this.#server = createServer((request, response) => {
      this.#answer(request, response);
    });
    this.#server.on('error', (error) => {
      report(`port ${String(port)} cannot be listened on (${'code' in error ? String(error.code) : 'no reason given'})`);
    });
    this.#server.listen({ port, host }).unref();
  }

  /** No new scrapes from now on; those under way are answered. */
  close(): void {
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  /** `undefined` while it does not listen. */
  get port(): number | undefined {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : undefined;
  }

  #answer({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
    if (url.split('?')[0] !== this.#path) {
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
      if (!this.#saidBroken) this.#report('the metrics could not be written (this is said once)');
      this.#saidBroken = true;
      response.writeHead(500).end();
    }
  }
}
