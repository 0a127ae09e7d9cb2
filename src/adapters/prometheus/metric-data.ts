import type * as Api from '@opentelemetry/api';
import type * as Exporter from '@opentelemetry/exporter-prometheus';
import type * as Sdk from '@opentelemetry/sdk-metrics';
import type { MetricData, DataPoint } from '@opentelemetry/sdk-metrics';
import type { CacheStats, DurationName, DurationStats } from '../../ports/cache-stats';
import { type CacheReading, lines } from '../metrics/exported-caches';
import { type Instrument, type Series, toSeconds } from '../metrics/instrument';
import { requirePeer } from '../system/require-peer';

/** The parts of OpenTelemetry's packages that render the text. */
export interface Peers {
  readonly PrometheusSerializer: typeof Exporter.PrometheusSerializer;
  readonly DataPointType: typeof Sdk.DataPointType;
  readonly cumulative: Sdk.AggregationTemporality;
  readonly valueType: Sdk.MetricData['descriptor']['valueType'];
}

/** @throws CacheError `CACHE_DEPENDENCY_MISSING`, naming the package */
export function loadPeers(purpose: string): Peers {
  const { ValueType } = requirePeer('@opentelemetry/api', purpose, () => require('@opentelemetry/api') as typeof Api);
  const { AggregationTemporality, DataPointType } = requirePeer(
    '@opentelemetry/sdk-metrics',
    purpose,
    () => require('@opentelemetry/sdk-metrics') as typeof Sdk,
  );
  const { PrometheusSerializer } = requirePeer(
    '@opentelemetry/exporter-prometheus',
    purpose,
    () => require('@opentelemetry/exporter-prometheus') as typeof Exporter,
  );
  return { PrometheusSerializer, DataPointType, cumulative: AggregationTemporality.CUMULATIVE, valueType: ValueType.DOUBLE };
}

type HistogramValue = Extract<MetricData, { readonly dataPointType: 0 }>['dataPoints'][number]['value'];

/** The text shows no times. */
const noTime: DataPoint<unknown>['startTime'] = [0, 0];

/** An instrument, in the form in which the SDK gives it to an exporter; `undefined` where it has no line. */
export function metricData(instrument: Instrument, readings: readonly CacheReading[], peers: Peers): MetricData | undefined {
  const data = dataOf(instrument, readings, peers);
  return data.dataPoints.length > 0 ? data : undefined;
}

function dataOf(instrument: Instrument, readings: readonly CacheReading[], { cumulative, DataPointType, valueType }: Peers): MetricData {
  const { description, name, unit } = instrument;
  const common = { descriptor: { name, description, unit, valueType }, aggregationTemporality: cumulative };
  if (instrument.kind === 'histogram') {
    const dataPoints = points(instrument, readings, histogramOf);
    return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints };
  }
  const dataPoints = points(instrument, readings, (of, stats) => of(stats));
  if (instrument.kind === 'gauge') return { ...common, dataPointType: DataPointType.GAUGE, dataPoints };
  return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
}

function points<T, V>(
  instrument: Instrument & { readonly series: readonly Series<T>[] },
  readings: readonly CacheReading[],
  valueOf: (of: T, stats: CacheStats) => V | undefined,
): DataPoint<V>[] {
  return readings.flatMap((reading) =>
    [...lines(instrument, reading, valueOf)].map((line) => ({ ...line, startTime: noTime, endTime: noTime })),
  );
}

/** An empty histogram is left out: it would take some twenty lines. */
function histogramOf(name: DurationName, { durations, l2 }: CacheStats): HistogramValue | undefined {
  const found = name === 'busLag' ? l2?.busLag : durations[name];
  return found === undefined || found.count === 0 ? undefined : toHistogram(found);
}

function toHistogram({ boundsMs, count, counts, sumMs }: DurationStats): HistogramValue {
  return { buckets: { boundaries: boundsMs.map(toSeconds), counts: [...counts] }, count, sum: sumMs / 1_000 };
}
