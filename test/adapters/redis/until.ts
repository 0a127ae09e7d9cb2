import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 5;

/** Polls the condition every 5 ms, and throws after the limit. On a busy machine it goes on until it has polled as often as on an idle one. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, limitMs = 8_000): Promise<void> {
  const end = performance.now() + limitMs;
  for (let polls = 1; !(await condition()); polls++) {
    if (performance.now() > end && polls * pollMs >= limitMs) throw new Error(`waited ${limitMs} ms until ${what}: it did not happen`);
    await sleep(pollMs);
  }
}
