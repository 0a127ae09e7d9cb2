import type { Mistake } from './mistakes';

/** The settings that an instance gets from its parent. */
export interface InstanceSettings {
  /** Of L2. */
  readonly url: string;
  /** The file that is the database. */
  readonly versions: string;
  /** Entries that L1 holds. */
  readonly lruSize: number;
  readonly mistake: Mistake | undefined;
}

/** The environment variable that carries them. */
export const settingsVariable = 'SOAK_INSTANCE';
