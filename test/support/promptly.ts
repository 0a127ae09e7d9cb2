/** Far above the time that prompt work needs on a busy machine, and below the timeouts of the clients. */
const limitMs = 5_000;

/** The result of work that must not wait for a server that is away or frozen. Rejects if it does. */
export async function promptly<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what}: not done within ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
