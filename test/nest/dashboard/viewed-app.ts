import { Module, type INestApplication, type LoggerService, type ModuleMetadata, type NestApplicationOptions } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { HistoryRecorder } from '../../../src/nest/dashboard/view/history-recorder';
import { CacheableModule } from '../../../src/nest';
import { CacheableDashboardModule, type CacheableDashboardOptions } from '../../../src/nest/dashboard';
import { HISTORY_RECORDER } from '../../../src/nest/dashboard/dashboard-options';
import { FakeClock } from '../../../src/testing';
import { Visitor } from './visitor';

const silentLogger: LoggerService = { log: () => undefined, warn: () => undefined, error: () => undefined };

export const platforms = { Express: () => new ExpressAdapter(), Fastify: () => new FastifyAdapter() } as const;

export interface ViewedOptions extends ModuleMetadata {
  readonly dashboard?: CacheableDashboardOptions;
  /** @defaultValue one, of one tier */
  readonly cache?: Parameters<typeof CacheableModule.register>[0] | 'none';
  /** @defaultValue `true` */
  readonly bodyParser?: boolean;
  readonly prepare?: (application: INestApplication) => void;
}

@Module({})
class NoModule {}

/** A real application with the live view, whose recorder goes by a clock that the test moves. */
export class ViewedApp {
  readonly visitor: Visitor;

  private constructor(
    readonly application: INestApplication,
    readonly clock: FakeClock,
    readonly url: string,
  ) {
    this.visitor = new Visitor(`${url}/cache`);
  }

  static async start(platform: keyof typeof platforms, given: ViewedOptions = {}): Promise<ViewedApp> {
    const { bodyParser = true, cache = {}, dashboard, imports = [], prepare, ...metadata } = given;
    const clock = new FakeClock();
    const caches = cache === 'none' ? NoModule : CacheableModule.register({ isGlobal: true, logger: false, ...cache });
    const module = await Test.createTestingModule({
      imports: [caches, CacheableDashboardModule.register(dashboard), ...imports],
      ...metadata,
    })
      .overrideProvider(HISTORY_RECORDER)
      .useValue(new HistoryRecorder(clock))
      .setLogger(silentLogger)
      .compile();
    const parsing: unknown = { bodyParser };
    const application = module.createNestApplication(platforms[platform](), parsing as NestApplicationOptions);
    prepare?.(application);
    await application.listen(0, '127.0.0.1');
    return new ViewedApp(application, clock, await application.getUrl());
  }
}
