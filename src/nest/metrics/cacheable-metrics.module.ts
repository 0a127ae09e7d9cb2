import {
  type CanActivate,
  type DynamicModule,
  type Type,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  Controller,
  Get,
  Header,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { composeMetricsText, type MetricsText, metricsContentType } from '../../compose';
import { listOf, optional, parseOptions, shape, text } from '../../domain/options/option-checks';
import { NoCache } from '../decorators/handler.decorators';
import { findCaches } from '../shared/cacheable.service';

/** The text that the route answers with. */
export const METRICS_TEXT = Symbol('tiercel:metrics_text');

export interface CacheableMetricsOptions {
  /**
   * The route, below the application's global prefix if it has one.
   * @defaultValue `'/metrics'`
   */
  readonly path?: string;
  /**
   * Guards of this route, in addition to global guards: classes, which Nest instantiates with their dependencies, or instances.
   * @defaultValue none
   */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[];
  /**
   * Modules that export the dependencies of the guards.
   * @defaultValue none
   */
  readonly imports?: DynamicModule['imports'];
}

const options = shape({
  path: optional(text("a path such as '/metrics'"), '/metrics'),
  guards: optional(listOf<NonNullable<CacheableMetricsOptions['guards']>>('guards'), []),
  imports: optional(listOf<NonNullable<DynamicModule['imports']>>('modules'), []),
});

/** Serves the numbers of all caches of the application to Prometheus, at a route of the application. */
@Module({})
export class CacheableMetricsModule implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #modules: ModulesContainer;
  readonly #text: MetricsText;
  #releases: readonly (() => void)[] = [];

  constructor(@Inject(ModulesContainer) modules: ModulesContainer, @Inject(METRICS_TEXT) text: MetricsText) {
    this.#modules = modules;
    this.#text = text;
  }

  /** @throws CacheError `CACHE_OPTION_INVALID`; and at the bootstrap `CACHE_DEPENDENCY_MISSING` without the packages of OpenTelemetry */
  static register(given: CacheableMetricsOptions = {}): DynamicModule {
    const { guards, imports, path } = parseOptions('CacheableMetricsModule', options, given);
    return {
      module: CacheableMetricsModule,
      imports,
      controllers: [metricsController(path, guards)],
      providers: [{ provide: METRICS_TEXT, useFactory: () => composeMetricsText('CacheableMetricsModule') }],
    };
  }

  /** At the bootstrap every cache exists, whichever module provides it. */
  onApplicationBootstrap(): void {
    this.#releases = findCaches(this.#modules).map((cache) => cache.observe(this.#text));
  }

  onModuleDestroy(): void {
    for (const release of this.#releases) release();
  }
}

/** Makes a class for each registration, because decorators cannot be removed from a class. */
function metricsController(path: string, guards: readonly (Type<CanActivate> | CanActivate)[]): Type {
  @Controller({ path, version: VERSION_NEUTRAL })
  @UseGuards(...guards)
  @NoCache()
  class CacheableMetricsController {
    readonly #text: MetricsText;

    constructor(@Inject(METRICS_TEXT) text: MetricsText) {
      this.#text = text;
    }

    @Get()
    @Header('content-type', metricsContentType)
    @Header('cache-control', 'no-store')
    scrape(): Promise<string> {
      return this.#text.renderInTurns();
    }
  }
  return CacheableMetricsController;
}
