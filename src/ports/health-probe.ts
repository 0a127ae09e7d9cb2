export type Health = 'up' | 'down';

/**
 * Knows whether L2 can be called.
 * `health` is a plain field, because it is read on every call. It is `down` until the probe is started.
 */
export interface HealthProbe {
  readonly health: Health;
  /** Why L2 is down, for people: never contains a secret or a key. `undefined` while it is up. */
  readonly reason: string | undefined;
  /** Called only when `health` has changed, after the change. Returns a function that removes the listener. */
  onChange(listener: (health: Health) => void): () => void;
  start(): void;
  /** Removes all timers and listeners; no listener is called afterwards. The probe may be started again. */
  stop(): void;
}

/** For an L2 in this process, which cannot be down. */
export const alwaysUp: HealthProbe = {
  health: 'up',
  reason: undefined,
  onChange: () => () => undefined,
  start: () => undefined,
  stop: () => undefined,
};
