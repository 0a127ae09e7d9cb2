import type * as Api from '@opentelemetry/api';
import type * as Exporter from '@opentelemetry/exporter-prometheus';
import type * as Sdk from '@opentelemetry/sdk-metrics';
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
