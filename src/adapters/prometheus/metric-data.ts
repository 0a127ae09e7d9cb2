import type { DataPoint, MetricData } from '@opentelemetry/sdk-metrics';
import type { CacheStats, DurationName, DurationStats } from '../../ports/cache-stats';
import { type CacheReading, lines } from '../metrics/exported-caches';

import { type Instrument, type Series, toSeconds } from '../metrics/instrument';
import { instruments } from '../metrics/instruments';

import type { Peers } from './peers';

type HistogramValue = Extract<MetricData, { readonly dataPointType: 0 }>['dataPoints'][number]['value'];

/** Of when: the text has no times. */
const untold: DataPoint<unknown>['startTime'] = [0, 0];

/** The instruments, as the SDK would hand them to an exporter. Those without a line are left out. */
export function metricData(readings: readonly CacheReading[], peers: Peers): MetricData[] {
  return instruments.map((instrument) => dataOf(instrument, readings, peers)).filter(({ dataPoints }) => dataPoints.length > 0);
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
    [...lines(instrument, reading, valueOf)].map((line) => ({ ...line, startTime: untold, endTime: untold })),
  );
}

/** Nothing for what has not happened: a histogram is some twenty lines. */
function histogramOf(name: DurationName, { durations, l2 }: CacheStats): HistogramValue | undefined {
  const found = name === 'busLag' ? l2?.busLag : durations[name];
  return found === undefined || found.count === 0 ? undefined : toHistogram(found);
}

function toHistogram({ boundsMs, count, counts, sumMs }: DurationStats): HistogramValue {
  return { buckets: { boundaries: boundsMs.map(toSeconds), counts: [...counts] }, count, sum: sumMs / 1_000 };
}
