import { setTimeout as sleep } from 'node:timers/promises';

/** Real servers take their time: looks every 5 ms, and gives up after a while. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, limitMs = 8_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
    await sleep(5);
  }
}
