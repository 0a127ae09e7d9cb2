import type { Health, HealthProbe } from '../../ports/health-probe';
import { HealthState } from '../probe/health-state';
import type { Circuit } from './circuit';

const noReason = 'no reason given';

/** Up while both are content: the driver's probe and the circuit. */
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

  /** The inner probe may learn more about an outage than it knew when it went down. */
  get reason(): string | undefined {
    return this.#unwatch === undefined ? this.#state.reason : this.#trouble();
  }

  onChange(listener: (health: Health) => void): () => void {
    return this.#state.onChange(listener);
  }

  start(): void {
    if (this.#unwatch !== undefined) return;
    this.#unwatch = this.#inner.onChange((health) => this.#onInnerChange(health));
    this.#closeCircuit();
    this.#inner.start();
    this.#look();
  }

  stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#inner.stop();
    this.#circuit.stop();
    this.#state.silence('stopped');
  }

  /** What calls met before an outage that is over says nothing about the server that came back. */
  #onInnerChange(health: Health): void {
    if (health === 'up') this.#closeCircuit();
    this.#look();
  }

  #closeCircuit(): void {
    this.#circuit.start(() => this.#look());
  }

  #look(): void {
    const trouble = this.#trouble();
    if (trouble === undefined) this.#state.up();
    else this.#state.down(trouble);
  }

  #trouble(): string | undefined {
    if (this.#inner.health === 'down') return this.#inner.reason ?? noReason;
    return this.#circuit.isClosed ? undefined : 'the circuit breaker is open: too many calls failed or were slow';
  }
}
