import assert from 'node:assert/strict';

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
