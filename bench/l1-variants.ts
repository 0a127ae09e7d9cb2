import 'reflect-metadata';
import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { createCache, type Cache } from 'tiercel';
import { CacheableModule, CacheableService } from 'tiercel/nest';
import { otelMetrics } from 'tiercel/otel';
import { prometheus } from 'tiercel/prometheus';
import { answerWith } from './harness/answer-with';
import { race } from './harness/race';
import { raceTable, slowerAtMost } from './harness/race-report';
import { filled, getHits, wrapHits } from './l1/hits';

const plan = { lap: { ms: 10 }, rounds: 61 };

@Module({ imports: [CacheableModule.register()] })
class AppModule {}

answerWith(async () => {
  const core = await filled(createCache());
  const service = await filled(await injected());
  const withSink = await filled(cacheThatTells());
  const recorded = await filled(createCache({ metrics: otelMetrics(pipeline()) }));
  const scraped = await filled(createCache({ metrics: prometheus({ port: 0 }) }));
  const subjects = [
    getHits('tiercel get', core),
    wrapHits('tiercel wrap', core),
    getHits('CacheableService get', service),
    wrapHits('CacheableService wrap', service),
    getHits('tiercel get, prometheus()', scraped),
    getHits('tiercel get, otelMetrics()', recorded),
    getHits('tiercel get, a sink', withSink),
  ];
  const result = await race(subjects, plan);
  return {
    title: 'Hit in L1 through Nest, and with metrics',
    tables: [raceTable('Awaited', result, 'tiercel get')],
    verdicts: [
      slowerAtMost(result, 'CacheableService get', 'tiercel get', 1.05),
      slowerAtMost(result, 'CacheableService wrap', 'tiercel wrap', 1.05),
      slowerAtMost(result, 'tiercel get, prometheus()', 'tiercel get', 1.25),
      slowerAtMost(result, 'tiercel get, otelMetrics()', 'tiercel get', 1.25),
      slowerAtMost(result, 'tiercel get, a sink', 'tiercel get', 1.25),
    ],
  };
});

async function injected(): Promise<CacheableService> {
  Logger.overrideLogger(false);
  const app = await NestFactory.createApplicationContext(AppModule);
  return app.get(CacheableService);
}

/** As in an application, and not read meanwhile. */
function pipeline(): MeterProvider {
  return new MeterProvider({ readers: [new PrometheusExporter({ preventServerStart: true })] });
}

/** Each event to a sink, which counts. */
function cacheThatTells(): Cache {
  const counts: Record<string, number> = { hit: 0 };
  return createCache({
    metrics: {
      record({ name }) {
        counts[name] = (counts[name] ?? 0) + 1;
      },
    },
  });
}
