import { SystemClock } from '../../../src/adapters/system/system-clock';
import type { Cancel } from '../../../src/ports/clock';

/** The real clock, but all waits are a tenth as long, so that tests with real servers need not wait for a PING's interval. */
export class HastyClock extends SystemClock {
  override schedule(delayMs: number, task: () => void): Cancel {
    return super.schedule(delayMs / 10, task);
  }
}
