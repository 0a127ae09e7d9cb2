import { Controller, Get, Inject, Post, Req, Res, UseGuards, VERSION_NEUTRAL, type CanActivate, type Type } from '@nestjs/common';
import { NoCache } from '../decorators/handler.decorators';
import type { Dashboard } from './dashboard';
import { DASHBOARD } from './dashboard-options';
import { answer, type PageReply, type PageRequest } from './http/exchange';

/** Makes a class for each registration, because decorators cannot be removed from a class. It sends the reply itself, so that no interceptor changes a page. */
export function dashboardController(path: string, guards: readonly (Type<CanActivate> | CanActivate)[]): Type {
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
