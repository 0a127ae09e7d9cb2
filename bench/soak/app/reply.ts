import type { Load } from '../instance-facts';

/** As much of a response as is needed here. */
export interface Reply {
  readonly locals: { load?: Load; isOwed?: boolean };
  setHeader(name: string, value: string): void;
}
