import type { BatchObservableResult, Histogram, Meter, MeterProvider, Observable } from '@opentelemetry/api';
import { boundsMs } from '../../domain/events/durations';
import type { DurationName } from '../../ports/cache-stats';
import type { DurationListener, MetricsSource } from '../../ports/metrics-observer';
import { ExportedCaches, type ExportedCache, lines } from '../metrics/exported-caches';
import { type MeasuredInstrument, type TimedInstrument, toSeconds, scope } from '../metrics/instrument';
import { instruments } from '../metrics/instruments';

/** Of the L1 hits that are timed, one in so many is recorded: one recording through the API costs as much as ten hits. */
const recordedHits = 4;

/**
 * The caches that one `MeterProvider` exports. Counters and gauges are read when the provider collects. Durations are recorded one by one,
 * because the API has no histogram that can be read.
 */
export class MeterExport {
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
