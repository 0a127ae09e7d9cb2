import { until } from '../adapters/redis/until';
import type { TestServer } from './servers';

/** Arguments of a server that loads its data slowly: a tenth of a second for each key, with LOADING for an answer in between. */
export const slowToLoad =
  '--key-load-delay 100000 --rdbcompression no --loading-process-events-interval-bytes 1024 --enable-debug-command yes'.split(' ');

/** More than are loaded before the end of any test. */
const keys = 5_000;

/** Restarts a server that is {@link slowToLoad}. Resolves when it answers LOADING, with the function that ends the loading. */
export async function beginLoading(server: TestServer): Promise<() => Promise<void>> {
  await server.cli('DEBUG', 'POPULATE', String(keys), 'load', '2000');
  const restarted = server.restart({ keepData: true });
  // Awaited at the end of the loading; if the test fails earlier, its own error is enough.
  restarted.catch(() => undefined);
  await until('it loads its data', () => isLoading(server));
  return async () => {
    await server.cli('CONFIG', 'SET', 'key-load-delay', '0');
    await restarted;
  };
}

async function isLoading(server: TestServer): Promise<boolean> {
  try {
    await server.cli('PING');
    return false;
  } catch (error) {
    return String(error).includes('LOADING');
  }
}
