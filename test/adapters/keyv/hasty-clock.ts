import { SystemClock } from '../../../src/adapters/system/system-clock';
import type { Cancel } from '../../../src/ports/clock';

/** The real clock, except that whoever waits waits a tenth: so that tests with real servers need not sit out a PING's interval. */
export class HastyClock extends SystemClock {
  override schedule(delayMs: number, task: () => void): Cancel {
    return super.schedule(delayMs / 10, task);
  }
}
