import { check, optional, parseOptions, shape, text, wholeNumber } from '../../domain/options/option-checks';
import type { MetricsObserver, MetricsSource } from '../../ports/metrics-observer';
import { SystemClock } from '../system/system-clock';
import { MetricsServer, type MetricsAddress } from './metrics-server';
import { PrometheusText } from './prometheus-text';

export interface PrometheusOptions {
  /**
   * The port that Prometheus scrapes; 0 for any free one. Each worker of a `node:cluster` needs a different port.
   * @unit port number
   * @defaultValue `9464`
   */
  readonly port?: number;
  /**
   * The address to listen on. A client that reaches it can read the names of the caches and their numbers, and nothing else. `'127.0.0.1'`
   * admits clients of the same machine alone.
   * @defaultValue every network interface, because Prometheus mostly runs on another machine; the log says so at `info`
   */
  readonly host?: string;
  /**
   * The path that Prometheus scrapes.
   * @defaultValue `'/metrics'`
   */
  readonly path?: string;
}

/** The value for the option `metrics` of one cache, or of several that share the port. */
export interface PrometheusMetrics extends MetricsObserver {
  /** The port of the server; `undefined` while it does not listen. */
  readonly port: number | undefined;
  /**
   * The response to a scrape, for your own server. With many namespaces this blocks the event loop for milliseconds; the server of `prometheus()`
   * renders in slices.
   */
  render(): string;
}

const path = check("a path such as '/metrics'", (given) => (typeof given === 'string' && /^\/[^?#\s]*$/.test(given) ? given : undefined));

const prometheusOptions = shape<MetricsAddress>({
  port: optional(wholeNumber(0, 65_535), 9_464),
  host: optional(text('an address or a host name'), undefined),
  path: optional(path, '/metrics'),
});

/**
 * A ready-made pipeline for applications without one: serves the numbers to Prometheus, from the first cache that has it as its option `metrics`
 * until the last of them is closed. A port that is taken is logged once and tried again every 30 s; the caches work without it.
 * @throws CacheError `CACHE_OPTION_INVALID`; `CACHE_DEPENDENCY_MISSING` without the three packages of OpenTelemetry
 */
export function prometheus(options: PrometheusOptions = {}): PrometheusMetrics {
  const address = parseOptions('prometheus()', prometheusOptions, options);
  return new PrometheusPipeline(address);
}

class PrometheusPipeline implements PrometheusMetrics {
  readonly #clock = new SystemClock();
  readonly #text = new PrometheusText('prometheus()', this.#clock);
  readonly #address: MetricsAddress;
  #server: MetricsServer | undefined;

  constructor(address: MetricsAddress) {
    this.#address = address;
  }

  get port(): number | undefined {
    return this.#server?.port;
  }

  render(): string {
    return this.#text.render();
  }

  observe(source: MetricsSource): () => void {
    const release = this.#text.observe(source);
    this.#server ??= new MetricsServer(this.#address, () => this.#text.renderInTurns(), source.logger, this.#clock);
    return () => {
      release();
      if (this.#text.size > 0) return;
      this.#server?.close();
      this.#server = undefined;
    };
  }
}
