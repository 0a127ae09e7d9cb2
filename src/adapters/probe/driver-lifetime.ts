import { CacheError } from '../../domain/cache-error';
import { scheduleLoopTime } from '../../domain/shared/deadline';
import type { Clock } from '../../ports/clock';
import type { HealthProbe } from '../../ports/health-probe';

/** How long `open()` waits for the server before it leaves the rest to the probe, in milliseconds. */
const openLimitMs = 1_000;

export interface DriverLifetimeParts {
  /** The name of the driver, for errors. */
  readonly name: string;
  readonly probe: HealthProbe;
  readonly clock: Clock;
}

/** Opens and closes a driver. Its connections end with it: it is not opened again. */
export class DriverLifetime {
  readonly #parts: DriverLifetimeParts;
  readonly #closed = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(parts: DriverLifetimeParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when the server has answered, or after the limit.
   * @param connect - begins to connect: the probe learns the outcome
   * @throws CacheError `CACHE_CLOSED`
   */
  async open(connect?: () => void): Promise<void> {
    const { name, probe, clock } = this.#parts;
    const { signal } = this.#closed;
    if (signal.aborted) {
      throw new CacheError('CACHE_CLOSED', `${name}: this driver was closed with its cache; create a new driver for a new cache`);
    }
    probe.start();
    connect?.();
    await untilUp(probe, { clock, limitMs: openLimitMs, signal });
  }

  /** @param disconnect - called by the first of several calls, when the probe has stopped */
  close(disconnect?: () => Promise<unknown>): Promise<void> {
    this.#closing ??= this.#close(disconnect);
    return this.#closing;
  }

  async #close(disconnect: (() => Promise<unknown>) | undefined): Promise<void> {
    this.#parts.probe.stop();
    this.#closed.abort();
    await disconnect?.();
  }
}

interface UntilUpLimits {
  readonly clock: Clock;
  readonly limitMs: number;
  /** Ends the wait, too: a probe that is stopped does not come up. */
  readonly signal: AbortSignal;
}

/** Resolves when the probe is up, after the limit, or when the signal is aborted, whichever comes first. Never rejects. */
export function untilUp(probe: HealthProbe, { clock, limitMs, signal }: UntilUpLimits): Promise<void> {
  if (probe.health === 'up' || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      unlisten();
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const unlisten = probe.onChange(end);
    const cancel = scheduleLoopTime(limitMs, clock, end);
    signal.addEventListener('abort', end);
  });
}
