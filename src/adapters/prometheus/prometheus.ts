import { check, optional, parseOptions, shape, wholeNumber } from '../../domain/options/option-checks';
import type { MetricsObserver, MetricsSource } from '../../ports/metrics-observer';
import { SystemClock } from '../system/system-clock';
import { MetricsServer, type MetricsAddress } from './metrics-server';
import { PrometheusText } from './prometheus-text';

export interface PrometheusOptions {
  /**
   * Where Prometheus scrapes; 0 for any free one. Each worker of a `node:cluster` needs one of its own.
   * @defaultValue `9464`
   */
  readonly port?: number;
  /**
   * The address to listen on. Whoever reaches it can read the names of the caches and their numbers, and nothing else.
   * @defaultValue every interface of the machine
   */
  readonly host?: string;
  /** @defaultValue `'/metrics'` */
  readonly path?: string;
}

/** For the option `metrics`: of one cache, or of several that share the port. */
export interface PrometheusMetrics extends MetricsObserver {
  /** Where it listens; `undefined` while it does not. */
  readonly port: number | undefined;
  /** What a scrape would be answered, for a server of yours. */
  render(): string;
}

const path = check("a path such as '/metrics'", (given) => (typeof given === 'string' && /^\/[^?#\s]*$/.test(given) ? given : undefined));
const host = check('an address or a host name', (given) => (typeof given === 'string' && given !== '' ? given : undefined));

const prometheusOptions = shape<MetricsAddress>({
  port: optional(wholeNumber(0, 65_535), 9_464),
  host: optional(host, undefined),
  path: optional(path, '/metrics'),
});

/**
 * A ready-made pipeline for those who have none: serves the numbers to Prometheus, from the first cache that is given it until the last one is
 * closed. A port that is taken is logged once and tried again every 30 s, and costs the metrics alone.
 * @throws CacheError `CACHE_OPTION_INVALID`; `CACHE_DEPENDENCY_MISSING` without the three packages of OpenTelemetry
 */
export function prometheus(options: PrometheusOptions = {}): PrometheusMetrics {
  const address = parseOptions('prometheus()', prometheusOptions, options);
  return new PrometheusPipeline(address);
}

class PrometheusPipeline implements PrometheusMetrics {
  readonly #text = new PrometheusText('prometheus()');
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
    this.#server ??= new MetricsServer(this.#address, () => this.render(), source.logger, new SystemClock());
    return () => {
      release();
      if (this.#text.size > 0) return;
      this.#server?.close();
      this.#server = undefined;
    };
  }
}
