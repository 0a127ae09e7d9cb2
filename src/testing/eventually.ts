const stepMs = 20;
const limitMs = 8_000;

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
