import { readFailure } from './store-failure';
import { replyMeaning } from './reply-meaning';

/**
 * Sends a PING and takes every answer of a server that still serves reads for a sign of life: `MISCONF` (it cannot save) and `NOPERM`
 * (this user may not ping) are such answers, `LOADING` and `NOAUTH` are not.
 */
export async function askForLife(driver: string, ping: () => Promise<unknown>): Promise<void> {
  try {
    await ping();
  } catch (error) {
    if (replyMeaning(error) !== 'refuses writes') throw readFailure(driver, error);
  }
}
