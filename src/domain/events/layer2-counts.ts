import { Durations } from './durations';

/** What has happened to layer 2, for all namespaces of a cache. */
export class Layer2Counts {
  readonly transitions = { up: 0, down: 0, recovering: 0 };
  readonly breakerTransitions = { closed: 0, open: 0, 'half-open': 0 };
  readonly overruns = { read: 0, write: 0, clear: 0 };
  readonly bus = { sent: 0, received: 0, gaps: 0 };
  readonly durations = new Durations(['busLag']);
  failures = 0;
  skipped = 0;
}
