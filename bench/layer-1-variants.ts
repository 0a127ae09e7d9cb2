import 'reflect-metadata';
import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createCache, type Cache } from 'tiercel';
import { CacheableModule, CacheableService } from 'tiercel/nest';
import { answerWith } from './harness/answer-with';
import { race } from './harness/race';
import { raceTable, slowerAtMost } from './harness/race-report';
import { filled, getHits, wrapHits } from './layer-1/hits';

const plan = { lap: { ms: 10 }, rounds: 61 };

@Module({ imports: [CacheableModule.register()] })
class AppModule {}

answerWith(async () => {
  const core = await filled(createCache());
  const service = await filled(await injected());
  const measured = await filled(cacheThatCounts());
  const subjects = [
    getHits('tiercel get', core),
    wrapHits('tiercel wrap', core),
    getHits('CacheableService get', service),
    wrapHits('CacheableService wrap', service),
    getHits('tiercel get, metrics on', measured),
  ];
  const result = await race(subjects, plan);
  return {
    title: 'Hit in layer 1 through Nest, and with metrics',
    tables: [raceTable('Awaited', result, 'tiercel get')],
    verdicts: [
      slowerAtMost(result, 'CacheableService get', 'tiercel get', 1.05),
      slowerAtMost(result, 'CacheableService wrap', 'tiercel wrap', 1.05),
      slowerAtMost(result, 'tiercel get, metrics on', 'tiercel get', 1.25),
    ],
  };
});

async function injected(): Promise<CacheableService> {
  Logger.overrideLogger(false);
  const app = await NestFactory.createApplicationContext(AppModule);
  return app.get(CacheableService);
}

/** Counting is what a sink does on a hit. */
function cacheThatCounts(): Cache {
  const counts: Record<string, number> = { hit: 0 };
  return createCache({
    metrics: {
      record({ name }) {
        counts[name] = (counts[name] ?? 0) + 1;
      },
    },
  });
}
