const stepMs = 20;
const patienceMs = 8_000;

/** Tries until it succeeds, letting time pass in between; the last failure is thrown. */
export async function eventually<T>(elapse: (ms: number) => void | Promise<void>, attempt: () => T | Promise<T>): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += stepMs) {
    try {
      return await attempt();
    } catch (error) {
      if (waitedMs >= patienceMs) throw error;
      await elapse(stepMs);
    }
  }
}
