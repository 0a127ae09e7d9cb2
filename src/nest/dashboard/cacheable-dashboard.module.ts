import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  Controller,
  Get,
  Post,
  Req,
  Res,
  UseGuards,
  VERSION_NEUTRAL,
  type CanActivate,
  type Type,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { composeHistoryRecorder } from '../../compose';
import { NoCache } from '../decorators/handler.decorators';
import { findCaches } from '../shared/cacheable.service';
import { Dashboard } from './dashboard';
import {
  assertGuarded,
  resolveDashboardOptions,
  type CacheableDashboardOptions,
  type DashboardSettings,
  DASHBOARD,
  DASHBOARD_SETTINGS,
  HISTORY_RECORDER,
} from './dashboard-options';
import { answer, type PageReply, type PageRequest } from './http/exchange';
import type { HistoryRecorder } from './view/history-recorder';

/** The live view: a page of the application that shows the state and the keys of all its caches. Keys can be deleted on it, and caches cleared. */
@Module({})
export class CacheableDashboardModule implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #modules: ModulesContainer;
  readonly #dashboard: Dashboard;
  readonly #settings: DashboardSettings;

  constructor(
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(DASHBOARD) dashboard: Dashboard,
    @Inject(DASHBOARD_SETTINGS) settings: DashboardSettings,
  ) {
    this.#settings = settings;
    this.#modules = modules;
    this.#dashboard = dashboard;
  }

  /** @throws CacheError `CACHE_OPTION_INVALID`; also in production without `guards`, unless `allowUnauthenticated` is set */
  static register(given: CacheableDashboardOptions = {}): DynamicModule {
    const settings = resolveDashboardOptions(given);
    const { path, guards, imports, showValues } = settings;
    return {
      module: CacheableDashboardModule,
      imports,
      controllers: [dashboardController(path, guards)],
      providers: [
        { provide: DASHBOARD_SETTINGS, useFactory: () => settings },
        { provide: HISTORY_RECORDER, useFactory: composeHistoryRecorder },
        {
          provide: DASHBOARD,
          inject: [HISTORY_RECORDER],
          useFactory: (recorder: HistoryRecorder) => new Dashboard(recorder, { showValues }),
        },
      ],
    };
  }

  /**
   * At the bootstrap every cache exists, whichever module provides it.
   * @throws CacheError `CACHE_OPTION_INVALID`
   */
  onApplicationBootstrap(): void {
    assertGuarded(this.#settings);
    this.#dashboard.start(findCaches(this.#modules));
  }

  onModuleDestroy(): void {
    this.#dashboard.stop();
  }
}

/** Makes a class for each registration, because decorators cannot be removed from a class. It sends the reply itself, so that no interceptor changes a page. */
function dashboardController(path: string, guards: readonly (Type<CanActivate> | CanActivate)[]): Type {
  @Controller({ path, version: VERSION_NEUTRAL })
  @UseGuards(...guards)
  @NoCache()
  class CacheableDashboardController {
    readonly #dashboard: Dashboard;

    constructor(@Inject(DASHBOARD) dashboard: Dashboard) {
      this.#dashboard = dashboard;
    }

    @Get()
    show(@Req() request: PageRequest, @Res() reply: PageReply): void {
      answer(reply, this.#dashboard.show(request));
    }

    @Post()
    async act(@Req() request: PageRequest, @Res() reply: PageReply): Promise<void> {
      answer(reply, await this.#dashboard.act(request));
    }
  }
  return CacheableDashboardController;
}
