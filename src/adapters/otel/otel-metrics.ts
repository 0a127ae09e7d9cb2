import type * as Api from '@opentelemetry/api';
import type { BatchObservableResult, Histogram, Meter, MeterProvider, Observable } from '@opentelemetry/api';
import { CacheError } from '../../domain/cache-error';
import { boundsMs } from '../../domain/events/durations';
import type { DurationName } from '../../ports/cache-stats';
import type { MetricsObserver, MetricsSource, DurationListener } from '../../ports/metrics-observer';
import { ExportedCaches, type ExportedCache, lines } from '../metrics/exported-caches';
import { scope, type MeasuredInstrument, type TimedInstrument, toSeconds } from '../metrics/instrument';
import { instruments } from '../metrics/instruments';
import { requirePeer } from '../system/require-peer';

/** One export for each provider, however often `otelMetrics` is called, because names must be unique in a provider. */
const perProvider = new WeakMap<Api.MeterProvider, MeterExport>();

/**
 * Sends a cache's numbers into the OpenTelemetry pipeline that the application has, through `@opentelemetry/api` alone.
 * A global provider has to be registered before the cache is made.
 * @param meterProvider - instead of the global one
 * @throws CacheError `CACHE_OPTION_INVALID`; `CACHE_DEPENDENCY_MISSING` without a provider and without `@opentelemetry/api`
 */
export function otelMetrics(meterProvider?: Api.MeterProvider): MetricsObserver {
  if (meterProvider === undefined) {
    const api = requireApi();
    // The API returns the provider that is global now, and no proxy for one that is registered later.
    return { observe: (source) => exportTo(api.metrics.getMeterProvider(), source, api) };
  }
  if (typeof (meterProvider as Partial<Api.MeterProvider> | null)?.getMeter === 'function') {
    const api = apiIfInstalled();
    return { observe: (source) => exportTo(meterProvider, source, api) };
  }
  throw new CacheError(
    'CACHE_OPTION_INVALID',
    'otelMetrics(): expected a MeterProvider (an object with getMeter), or nothing for the global one',
  );
}

function exportTo(provider: Api.MeterProvider, source: MetricsSource, api: typeof Api | undefined): () => void {
  if (source.reportsL2 && api !== undefined && provider.getMeter(scope.name, scope.version) === api.createNoopMeter())
    source.logger.warn(
      'otelMetrics(): the MeterProvider records nothing (none is registered, or it was shut down); this cache is not exported',
    );
  const meterExport = perProvider.get(provider) ?? new MeterExport(provider);
  perProvider.set(provider, meterExport);
  return meterExport.add(source);
}

/** With a provider of the application, the package is needed for the warning alone. */
function apiIfInstalled(): typeof Api | undefined {
  try {
    return requireApi();
  } catch {
    return undefined;
  }
}

function requireApi(): typeof Api {
  return requirePeer('@opentelemetry/api', 'otelMetrics()', () => require('@opentelemetry/api') as typeof Api);
}

/** Of the L1 hits that are timed, one in so many is recorded: one recording through the API costs as much as ten hits. */
const recordedHits = 4;

/**
 * The caches that one `MeterProvider` exports. Counters and gauges are read when the provider collects. Durations are recorded one by one,
 * because the API has no histogram that can be read.
 */
class MeterExport {
  readonly #meter: Meter;
  readonly #caches = new ExportedCaches();
  readonly #observables: ReadonlyMap<MeasuredInstrument, Observable>;
  readonly #histograms: ReadonlyMap<TimedInstrument, Histogram>;

  constructor(provider: MeterProvider) {
    this.#meter = provider.getMeter(scope.name, scope.version);
    this.#observables = new Map(instruments.filter(isMeasured).map((one) => [one, this.#observable(one)]));
    this.#histograms = new Map(instruments.filter(isTimed).map((one) => [one, this.#histogram(one)]));
  }

  add(source: MetricsSource): () => void {
    const added = this.#caches.add(source);
    if (added === undefined) return () => undefined;
    const stop = source.onDuration(this.#recorder(added.cache));
    if (this.#caches.size === 1) this.#meter.addBatchObservableCallback(this.#collect, [...this.#observables.values()]);
    return () => {
      stop();
      added.remove();
      if (this.#caches.size === 0) this.#meter.removeBatchObservableCallback(this.#collect, [...this.#observables.values()]);
    };
  }

  readonly #collect = (result: BatchObservableResult): void => {
    for (const reading of this.#caches.read()) {
      for (const [instrument, observable] of this.#observables) {
        for (const { attributes, value } of lines(instrument, reading, (of, stats) => of(stats)))
          result.observe(observable, value, attributes);
      }
    }
  };

  #recorder({ attributes, instruments: own }: ExportedCache): DurationListener {
    const targets = new Map<DurationName, (seconds: number) => void>();
    for (const [instrument, histogram] of this.#histograms) {
      for (const series of own.includes(instrument) ? instrument.series : []) {
        targets.set(series.of, (seconds) => histogram.record(seconds, attributes.get(series)));
      }
    }
    let localHits = 0;
    return (name, ms) => {
      if (name === 'l1Get' && ++localHits % recordedHits !== 0) return;
      targets.get(name)?.(ms / 1_000);
    };
  }

  #observable({ name, kind, unit, description }: MeasuredInstrument): Observable {
    const options = { unit, description };
    return kind === 'counter' ? this.#meter.createObservableCounter(name, options) : this.#meter.createObservableGauge(name, options);
  }

  #histogram({ name, unit, description, series }: TimedInstrument): Histogram {
    const [first] = series;
    const explicitBucketBoundaries = first === undefined ? [] : boundsMs[first.of].map(toSeconds);
    return this.#meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries } });
  }
}

function isMeasured(instrument: { readonly kind: string }): instrument is MeasuredInstrument {
  return instrument.kind !== 'histogram';
}

function isTimed(instrument: { readonly kind: string }): instrument is TimedInstrument {
  return instrument.kind === 'histogram';
}
