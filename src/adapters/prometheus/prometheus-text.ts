import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Clock } from '../../ports/clock';
import type { MetricsObserver, MetricsSource } from '../../ports/metrics-observer';
import { type CacheReading, ExportedCaches } from '../metrics/exported-caches';
import { type Instrument, scope } from '../metrics/instrument';
import { instruments } from '../metrics/instruments';
import { metricData, loadPeers, type Peers } from './metric-data';

/** The exposition format 0.0.4, which every Prometheus reads. */
export const contentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Milliseconds of rendering after which the event loop gets a turn. */
const sliceMs = 5;

/** The caches whose lines of one metric are rendered in one part. */
const cachesPerPart = 10;

/** Renders the numbers of the observed caches as text for Prometheus. */
export class PrometheusText implements MetricsObserver {
  readonly #caches = new ExportedCaches();
  readonly #peers: Peers;
  readonly #clock: Clock;
  readonly #serializer: InstanceType<Peers['PrometheusSerializer']>;
  #rendering: Promise<string> | undefined;

  /**
   * @param purpose - the call or option that needs the packages, as the user wrote it
   * @throws CacheError `CACHE_DEPENDENCY_MISSING`
   */
  constructor(purpose: string, clock: Clock) {
    this.#peers = loadPeers(purpose);
    this.#clock = clock;
    const { PrometheusSerializer } = this.#peers;
    // Without prefix, timestamps, constant labels, target and scope: a line has the documented labels and no others.
    this.#serializer = new PrometheusSerializer('', false, undefined, true, true);
  }

  /** The number of exported namespaces. */
  get size(): number {
    return this.#caches.size;
  }

  observe(source: MetricsSource): () => void {
    const added = this.#caches.add(source);
    return () => added?.remove();
  }

  /** Renders everything in one go, for callers that cannot wait. */
  render(): string {
    return textOf([...this.#parts()]);
  }

  /** Renders with turns for the event loop in between. Calls that overlap share one rendering. */
  renderInTurns(): Promise<string> {
    this.#rendering ??= this.#renderInTurns().finally(() => {
      this.#rendering = undefined;
    });
    return this.#rendering;
  }

  async #renderInTurns(): Promise<string> {
    const parts: string[] = [];
    let began = this.#clock.precise();
    for (const part of this.#parts()) {
      parts.push(part);
      if (this.#clock.precise() - began < sliceMs) continue;
      await new Promise(setImmediate);
      began = this.#clock.precise();
    }
    return textOf(parts);
  }

  /** Small steps of one rendering; those that read the caches render nothing yet. */
  *#parts(): Generator<string> {
    const readings: CacheReading[] = [];
    for (const reading of this.#caches.read()) {
      readings.push(reading);
      yield '';
    }
    for (const instrument of instruments) yield* this.#linesOf(instrument, readings);
  }

  *#linesOf(instrument: Instrument, readings: readonly CacheReading[]): Generator<string> {
    let hasHead = false;
    for (let first = 0; first < readings.length; first += cachesPerPart) {
      const data = metricData(instrument, readings.slice(first, first + cachesPerPart), this.#peers);
      if (data === undefined) continue;
      // The serializer reads the attributes of a resource and nothing else of it.
      const resource = { attributes: {} } as ResourceMetrics['resource'];
      const text = this.#serializer.serialize({ resource, scopeMetrics: [{ scope, metrics: [data] }] });
      yield hasHead ? withoutHead(text) : text;
      hasHead = true;
    }
  }
}

/** The comments of a metric, `# HELP` and its like, are written once. */
function withoutHead(text: string): string {
  return text.replace(/^(?:#.*\n)+/, '');
}

function textOf(parts: readonly string[]): string {
  return parts.join('') || '# no registered metrics';
}
