import type { Health, HealthProbe } from '../../ports/health-probe';
import { HealthState } from '../probe/health-state';
import type { Circuit } from './circuit';

const noReason = 'no reason given';

/** Up while the driver's probe is up and the circuit is closed. */
export class BreakerProbe implements HealthProbe {
  readonly #inner: HealthProbe;
  readonly #circuit: Circuit;
  readonly #state = new HealthState('not started');
  #unwatch: (() => void) | undefined;

  constructor(inner: HealthProbe, circuit: Circuit) {
    this.#inner = inner;
    this.#circuit = circuit;
  }

  get health(): Health {
    return this.#state.health;
  }

  /** The inner probe may learn the reason of an outage after it went down. */
  get reason(): string | undefined {
    return this.#unwatch === undefined ? this.#state.reason : this.#currentReason();
  }

  onChange(listener: (health: Health) => void): () => void {
    return this.#state.onChange(listener);
  }

  start(): void {
    if (this.#unwatch !== undefined) return;
    this.#unwatch = this.#inner.onChange((health) => this.#onInnerChange(health));
    this.#restartCircuit();
    this.#inner.start();
    this.#update();
  }

  stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#inner.stop();
    this.#circuit.stop();
    this.#state.reset('stopped');
  }

  /** Failures before an outage say nothing about the server that came back, so the circuit starts closed. */
  #onInnerChange(health: Health): void {
    if (health === 'up') this.#restartCircuit();
    this.#update();
  }

  #restartCircuit(): void {
    this.#circuit.start(() => this.#update());
  }

  #update(): void {
    const reason = this.#currentReason();
    if (reason === undefined) this.#state.up();
    else this.#state.down(reason);
  }

  #currentReason(): string | undefined {
    if (this.#inner.health === 'down') return this.#inner.reason ?? noReason;
    return this.#circuit.isClosed ? undefined : 'the circuit breaker is open: too many calls failed or were slow';
  }
}
