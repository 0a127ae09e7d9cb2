import type { Answer } from './answer';

/** All that is known of one whole run: bench/results.json. */
export interface Run {
  readonly environment: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<string, Answer>>;
}
