import { Controller, Get, Header, Inject, UseGuards, VERSION_NEUTRAL, type CanActivate, type Type } from '@nestjs/common';
import { metricsContentType, type MetricsText } from '../../compose';
import { NoCache } from '../decorators/handler.decorators';

/** The text that the route answers with. */
export const METRICS_TEXT = Symbol('tiercel:metrics_text');

/** Makes a class for each registration, because decorators cannot be removed from a class. */
export function metricsController(path: string, guards: readonly (Type<CanActivate> | CanActivate)[]): Type {
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
