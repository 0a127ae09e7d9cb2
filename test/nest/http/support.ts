import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Cache } from '../../../src';
import { CacheableModule, type CacheableModuleOptions } from '../../../src/nest';

export const platforms = { Express: () => new ExpressAdapter(), Fastify: () => new FastifyAdapter() };
export type Platform = keyof typeof platforms;

/** The part of a response that the handlers of both platforms use. */
export interface AnyResponse {
  status(code: number): this;
  header(name: string, value: string): this;
  send(body: unknown): unknown;
}

export interface AnyRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly query: Readonly<Record<string, string>>;
  user?: unknown;
}

/** An application that listens, and a client of it. */
export class WebApp {
  private constructor(
    readonly nest: INestApplication,
    readonly url: string,
  ) {}

  static async start(
    platform: Platform,
    controllers: Type[],
    options: CacheableModuleOptions | DynamicModule[] = {},
    configure: (app: INestApplication) => void = () => undefined,
    adapter: unknown = platforms[platform](),
  ): Promise<WebApp> {
    const imports = Array.isArray(options) ? options : [CacheableModule.register(options)];
    const module = await Test.createTestingModule({ imports, controllers }).compile();
    const app = module.createNestApplication<NestFastifyApplication>(adapter as FastifyAdapter);
    configure(app);
    await app.listen(0, '127.0.0.1');
    return new WebApp(app, (await app.getUrl()).replace('[::1]', '127.0.0.1'));
  }

  /** In front of the keys that are made of requests. */
  get hostPrefix(): string {
    return `@host=${new URL(this.url).host.replace(':', '+')}:`;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, { headers, redirect: 'manual' });
  }

  post(path: string, body?: unknown): Promise<Response> {
    const given = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return fetch(this.url + path, { method: 'POST', ...given });
  }

  /** The compared parts of the response to a `GET`. */
  async see(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string; cache: string | null }> {
    const response = await this.get(path, headers);
    return { status: response.status, body: await response.text(), cache: response.headers.get('cache-status') };
  }

  close(): Promise<void> {
    return this.nest.close();
  }
}

/** Counts runs of handlers by name. */
export class Runs {
  readonly #counts = new Map<string, number>();

  count(name: string): number {
    const count = this.of(name) + 1;
    this.#counts.set(name, count);
    return count;
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
}

/** The response that the interceptor has stored under a key, in the L1 of this process: no key of an application reads it. */
export function storedResponse(cache: Pick<Cache, 'inspectKey' | 'inspector'>, key: string): unknown {
  const { l1 } = cache.inspectKey(key);
  return cache.inspector().entry(`%response:${l1}` as typeof l1)?.value;
}
