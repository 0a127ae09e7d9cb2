export type Health = 'up' | 'down';

/**
 * Knows whether layer 2 is worth calling.
 * `health` is a plain field read: it is consulted on every call. A probe that was not started says `down`.
 */
export interface HealthProbe {
  readonly health: Health;
  /** Why it is down, for people; never a secret, never a key. `undefined` while it is up. */
  readonly reason: string | undefined;
  /** Told of changes only, after `health` has changed. Returns the function that stops the listener. */
  onChange(listener: (health: Health) => void): () => void;
  start(): void;
  /** Afterwards no timer and no listener is left, and nothing is told any more. May be started again. */
  stop(): void;
}

/** For a layer 2 that cannot be away: it lives in this process. */
export const alwaysUp: HealthProbe = {
  health: 'up',
  reason: undefined,
  onChange: () => () => undefined,
  start: () => undefined,
  stop: () => undefined,
};
