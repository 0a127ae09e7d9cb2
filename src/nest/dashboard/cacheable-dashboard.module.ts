import { Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { composeHistoryRecorder } from '../../compose-dashboard';
import type { HistoryRecorder } from '../../domain/stats/history-recorder';
import { cachesIn } from '../caches-in';
import { Dashboard } from './dashboard';
import { dashboardController } from './dashboard-controller';
import { resolveDashboardOptions, type CacheableDashboardOptions } from './dashboard-options';
import { DASHBOARD, HISTORY_RECORDER } from './dashboard.token';

/** Shows all caches of the application to people, at a route of the application: how they do, what they hold, and how to empty them. */
@Module({})
export class CacheableDashboardModule implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #modules: ModulesContainer;
  readonly #dashboard: Dashboard;

  constructor(@Inject(ModulesContainer) modules: ModulesContainer, @Inject(DASHBOARD) dashboard: Dashboard) {
    this.#modules = modules;
    this.#dashboard = dashboard;
  }

  /** @throws CacheError `CACHE_OPTION_INVALID`; also in production without `guards`, unless `allowUnauthenticated` is set */
  static register(given: CacheableDashboardOptions = {}): DynamicModule {
    const { path, guards, imports, showValues } = resolveDashboardOptions(given);
    return {
      module: CacheableDashboardModule,
      imports,
      controllers: [dashboardController(path, guards)],
      providers: [
        { provide: HISTORY_RECORDER, useFactory: composeHistoryRecorder },
        {
          provide: DASHBOARD,
          inject: [HISTORY_RECORDER],
          useFactory: (recorder: HistoryRecorder) => new Dashboard(recorder, { showValues }),
        },
      ],
    };
  }

  /** By then every cache is there, whichever module brings it. */
  onApplicationBootstrap(): void {
    this.#dashboard.start(cachesIn(this.#modules));
  }

  onModuleDestroy(): void {
    this.#dashboard.stop();
  }
}
