import { setTimeout as sleep } from 'node:timers/promises';

/** Polls the condition every 5 ms, and throws after the limit. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, limitMs = 8_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms until ${what}: it did not happen`);
    await sleep(5);
  }
}
