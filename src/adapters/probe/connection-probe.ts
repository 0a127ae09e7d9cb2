import type { Cancel, Clock } from '../../ports/clock';
import type { Health, HealthProbe } from '../../ports/health-probe';
import { FlapDamper } from './flap-damper';
import { HealthState } from './health-state';
import { Heartbeat } from './heartbeat';
import { defaultProbeSettings, type ProbeSettings } from './probe-settings';

/** The events of a client, translated by its adapter. */
export interface ConnectionSignals {
  /** The client says that it is ready. Only an answered PING makes the probe `up`. */
  ready(): void;
  /** An error, which may or may not have ended the connection: `down` at once, and the next PING decides. */
  failed(reason: string): void;
  /** The connection is gone: `down` at once, until the client is ready again. Without a reason the last known one stays. */
  lost(reason?: string): void;
}

export interface ConnectionProbeParts {
  /** Sends a PING. Rejects with an error whose message may be logged: without secrets and keys. */
  readonly ping: () => Promise<unknown>;
  /**
   * Listens to the client, and calls `ready` at once if the client already is ready. Returns the function that removes the listeners.
   * For a client without events it calls `ready`, and the PING does the rest.
   */
  readonly watch: (signals: ConnectionSignals) => () => void;
  /** The number of replies of the server so far. While it grows, no PING is sent. */
  readonly traffic?: (() => number) | undefined;
  readonly clock: Clock;
  readonly settings?: Partial<ProbeSettings>;
}

/**
 * Up when the client is ready *and* a PING was answered; down at the first error.
 *
 * `ready` alone proves little, and a frozen server causes no event, so PINGs go on for as long as the probe runs. Down is immediate;
 * after a relapse the connection must hold for a while, so that a flapping server does not switch the cache on and off.
 */
export class ConnectionProbe implements HealthProbe {
  readonly #parts: ConnectionProbeParts;
  readonly #settings: ProbeSettings;
  readonly #heartbeat: Heartbeat;
  readonly #state = new HealthState('not started');
  readonly #damper: FlapDamper;
  #run: object | undefined;
  #connected = false;
  #unwatch: (() => void) | undefined;
  #rising: Cancel | undefined;

  constructor(parts: ConnectionProbeParts) {
    this.#parts = parts;
    this.#settings = { ...defaultProbeSettings, ...parts.settings };
    this.#damper = new FlapDamper(this.#settings);
    this.#heartbeat = new Heartbeat({
      ping: parts.ping,
      traffic: parts.traffic,
      clock: parts.clock,
      settings: this.#settings,
      onAlive: () => this.#rise(),
      onUnresponsive: (reason) => this.#fall(reason),
    });
  }

  get health(): Health {
    return this.#state.health;
  }

  get reason(): string | undefined {
    return this.#state.reason;
  }

  onChange(listener: (health: Health) => void): () => void {
    return this.#state.onChange(listener);
  }

  start(): void {
    if (this.#run !== undefined) return;
    const run = (this.#run = {});
    this.#damper.reset();
    this.#state.reset('not connected yet');
    this.#unwatch = this.#parts.watch({
      ready: () => this.#run === run && this.#ready(),
      failed: (reason) => this.#run === run && this.#failed(reason),
      lost: (reason) => this.#run === run && this.#lost(reason),
    });
  }

  stop(): void {
    if (this.#run === undefined) return;
    this.#run = undefined;
    this.#connected = false;
    this.#unwatch?.();
    this.#heartbeat.stop();
    this.#stopRising();
    this.#state.reset('stopped');
  }

  #ready(): void {
    this.#connected = true;
    this.#heartbeat.start();
  }

  #failed(reason: string): void {
    if (this.#connected) this.#heartbeat.restartLater();
    this.#fall(reason);
  }

  #lost(reason: string | undefined): void {
    this.#connected = false;
    this.#heartbeat.stop();
    this.#fall(reason ?? this.reason ?? 'connection lost');
  }

  #rise(): void {
    if (this.health === 'up' || this.#rising !== undefined) return;
    if (this.#damper.holdMs === 0) this.#up();
    else this.#rising = this.#parts.clock.schedule(this.#damper.holdMs, () => this.#up());
  }

  #up(): void {
    this.#rising = undefined;
    this.#damper.rose(this.#parts.clock.elapsed());
    this.#state.up();
  }

  #fall(reason: string): void {
    this.#stopRising();
    if (this.health === 'up') this.#damper.fell(this.#parts.clock.elapsed());
    this.#state.down(reason);
  }

  #stopRising(): void {
    this.#rising?.();
    this.#rising = undefined;
  }
}
