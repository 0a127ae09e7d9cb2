import { expect } from 'chai';
import type { INestApplication } from '@nestjs/common';
import { Address } from '../../examples/cities/src/address';
import { createApp } from '../../examples/cities/src/create-app';
import type { Database } from '../../examples/cities/src/database';

/** An answer that takes longer, SQL included, counts as a hung request. */
const longestMs = 2_000;

/** One running instance of the cities application, asked over HTTP. */
export class CitiesInstance {
  readonly #app: INestApplication;

  private constructor(app: INestApplication) {
    this.#app = app;
  }

  static async start(database: Database, environment: NodeJS.ProcessEnv): Promise<CitiesInstance> {
    const app = await createApp(database, environment);
    await app.listen(0, '127.0.0.1');
    return new CitiesInstance(app);
  }

  get(path: string): Promise<Response> {
    return this.#ask(path, {});
  }

  /** The body of a response with status 200. */
  async read<T>(path: string): Promise<T> {
    const response = await this.get(path);
    expect(response.status, path).to.equal(200);
    return (await response.json()) as T;
  }

  patch(path: string, change: unknown): Promise<Response> {
    return this.#ask(path, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(change) });
  }

  close(): Promise<void> {
    return this.#app.close();
  }

  async #ask(path: string, request: RequestInit): Promise<Response> {
    const url = `http://127.0.0.1:${this.#app.get(Address).port}${path}`;
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(longestMs) });
    expect(response.status, path).to.be.below(500);
    return response;
  }
}
