import { SystemClock } from './adapters/system/system-clock';
import { HistoryRecorder } from './domain/stats/history-recorder';

/** @internal For the Nest module: what remembers how the caches of an application did lately. */
export function composeHistoryRecorder(): HistoryRecorder {
  return new HistoryRecorder(new SystemClock());
}
