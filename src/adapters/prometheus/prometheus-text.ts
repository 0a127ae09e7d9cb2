import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { MetricsObserver, MetricsSource } from '../../ports/metrics-observer';
import { ExportedCaches } from '../metrics/exported-caches';
import { scope } from '../metrics/scope';
import { metricData } from './metric-data';
import { loadPeers, type Peers } from './peers';

/** In the exposition format 0.0.4, which every Prometheus reads. */
export const contentType = 'text/plain; version=0.0.4; charset=utf-8';

/** What Prometheus is told, without a way to tell it: the numbers of the observed caches, as text. */
export class PrometheusText implements MetricsObserver {
  readonly #caches = new ExportedCaches();
  readonly #peers: Peers;
  readonly #serializer: InstanceType<Peers['PrometheusSerializer']>;

  /**
   * @param purpose - who needs the packages, as the user wrote it
   * @throws CacheError `CACHE_DEPENDENCY_MISSING`
   */
  constructor(purpose: string) {
    this.#peers = loadPeers(purpose);
    const { PrometheusSerializer } = this.#peers;
    // Without prefix, timestamps, constant labels, target and scope: each line has the labels that the documentation names, and no others.
    this.#serializer = new PrometheusSerializer('', false, undefined, true, true);
  }

  /** How many namespaces are exported. */
  get size(): number {
    return this.#caches.size;
  }

  observe(source: MetricsSource): () => void {
    return this.#caches.add(source)?.remove ?? nothing;
  }

  /** Read now. */
  render(): string {
    const metrics = metricData([...this.#caches.read()], this.#peers);
    // Of a resource its attributes are read, and nothing else.
    const resource = { attributes: {} } as ResourceMetrics['resource'];
    return this.#serializer.serialize({ resource, scopeMetrics: [{ scope, metrics }] });
  }
}

function nothing(): void {
  // What was refused has nothing to release.
}
