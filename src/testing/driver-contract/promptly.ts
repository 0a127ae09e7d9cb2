import assert from 'node:assert/strict';

/** Far above what a busy machine needs. A driver that waits for a server without limit does not return at all. */
const limitMs = 10_000;

/** The result of work that must not wait for the server without limit. Rejects if it does. */
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
