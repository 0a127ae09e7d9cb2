import assert from 'node:assert/strict';
import type { SanitizedKey } from '../ports/sanitized-key';

/** The functions that mocha, jest and vitest (with `globals`) share. Declared here, so that the published types depend on none of them. */
declare const describe: (title: string, body: () => void) => void;
declare const it: (title: string, body: () => Promise<void>) => void;

/** The subject of a contract suite, with control over its environment. Each test gets a new one. */
export interface Harness {
  /** Called after the test, passed or failed. */
  readonly close?: () => void | Promise<void>;
}

export type TestBody<H> = (harness: H) => void | Promise<void>;
export type Test<H> = (title: string, body: TestBody<H>) => void;

/** Declares a suite in which every test creates and closes its own harness. */
export function suite<H extends Harness>(title: string, makeHarness: () => H | Promise<H>, declareTests: (test: Test<H>) => void): void {
  const test: Test<H> = (name, body) => {
    it(name, () => runWith(makeHarness, body));
  };
  describe(title, () => {
    declareTests(test);
  });
}

async function runWith<H extends Harness>(makeHarness: () => H | Promise<H>, body: TestBody<H>): Promise<void> {
  const harness = await makeHarness();
  try {
    await body(harness);
  } finally {
    await harness.close?.();
  }
}

/** A key without sanitising. Outside of tests only the cache creates keys. */
export function testKey(text: string): SanitizedKey {
  return text as SanitizedKey;
}

/** Creates keys that no other test or run uses, so that a whole suite can share one server. */
export function freshKeys(): (text: string) => SanitizedKey {
  const prefix = Math.random().toString(36).slice(2);
  return (text) => testKey(`${prefix}:${text}`);
}

/** Deep enough for an error, its causes, and the fields that clients add, such as the arguments of the failed command. */
const maxDepth = 6;

/** All text that a log or an error reporter could print for a value. */
export function textOf(thing: unknown): string {
  const seen = new Set<unknown>();
  const visit = (part: unknown, depth: number): string => {
    if (part instanceof Uint8Array) return new TextDecoder().decode(part);
    if (typeof part === 'function') return '';
    if (typeof part !== 'object' || part === null) return String(part);
    if (depth === maxDepth || seen.has(part)) return '';
    seen.add(part);
    return Reflect.ownKeys(part)
      .map((name) => visit(Reflect.get(part, name), depth + 1))
      .join('\n');
  };
  return visit(thing, 0);
}

/** Far above what a busy machine needs, and below the 10 s for which clients wait for a connection. */
const limitMs = 8_000;

const stepMs = 20;

/** Repeats the attempt until it succeeds, with time in between. After the limit the last failure is thrown. */
export async function eventually<T>(elapse: (ms: number) => void | Promise<void>, attempt: () => T | Promise<T>): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += stepMs) {
    try {
      return await attempt();
    } catch (error) {
      if (waitedMs >= limitMs) throw error;
      await elapse(stepMs);
    }
  }
}

/** The result of work that must not wait without limit for a server that is away or frozen. Rejects if it does. */
export async function promptly<T>(title: string, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new assert.AssertionError({ message: `${title} did not resolve within ${limitMs} ms` }));
    }, limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
