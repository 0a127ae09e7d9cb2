import { longestMs } from '../../domain/duration';
import type { Ttl } from '../../domain/options';

/** @param ms - 0, and what no clock will see, are for ever, as with Keyv; what is no time at all goes to the door as it is, and is refused there */
export function timeToLive(ms: number): Ttl {
  return ms === 0 || ms > longestMs ? 'forever' : ms;
}
