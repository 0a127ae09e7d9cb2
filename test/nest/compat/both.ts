import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import * as original from '@nestjs/cache-manager';
import { Test } from '@nestjs/testing';
import * as ours from '../../../src/nest/compat';

export type Compat = typeof ours;

/** One of the two packages, and the expectation of a test. */
export interface Side<E> {
  readonly name: string;
  readonly compat: Compat;
  readonly expected: E;
}

/** The original and ours, each with the result that a test expects. */
export function both<E>(expected: { readonly original: E; readonly ours: E }): readonly Side<E>[] {
  return [
    { name: '@nestjs/cache-manager', compat: original as unknown as Compat, expected: expected.original },
    { name: 'tiercel/nest/compat', compat: ours, expected: expected.ours },
  ];
}

/** For behaviour that is the same in both. */
export function alike(): readonly Side<undefined>[] {
  return both({ original: undefined, ours: undefined });
}

/** Runs a test on the cache of one of the packages, as one process has it. */
export async function withCache(
  compat: Compat,
  options: ours.CacheManagerOptions,
  test: (cache: ours.Cache) => Promise<void>,
): Promise<void> {
  const module = await Test.createTestingModule({ imports: [compat.CacheModule.register(options)] }).compile();
  await module.init();
  try {
    await test(module.get(compat.Cache));
  } finally {
    await module.close();
  }
}

/** An application for one test, with helpers for requests. */
export class TestApp {
  readonly #url: string;

  private constructor(
    readonly app: INestApplication,
    url: string,
  ) {
    this.#url = url;
  }

  static async start(metadata: ModuleMetadata, prepare: (app: INestApplication) => unknown = () => undefined): Promise<TestApp> {
    const module = await Test.createTestingModule(metadata).compile();
    const app = module.createNestApplication();
    await prepare(app);
    await app.listen(0, '127.0.0.1');
    return new TestApp(app, await app.getUrl());
  }

  ask(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.#url + path, init);
  }

  async body(path: string, init: RequestInit = {}): Promise<unknown> {
    return (await this.ask(path, init)).json();
  }

  /** The header `X-Cache` of each request, one after the other. */
  async verdicts(...paths: readonly string[]): Promise<(string | null)[]> {
    const verdicts: (string | null)[] = [];
    for (const path of paths) verdicts.push((await this.ask(path)).headers.get('x-cache'));
    return verdicts;
  }

  close(): Promise<void> {
    return this.app.close();
  }
}
