import { Controller, Get, HttpCode, Post, Query, UseInterceptors } from '@nestjs/common';
import { ReportsService } from './reports.service';
import { TenantInterceptor } from './tenant.interceptor';

@Controller('reports')
export class ReportsController {
  constructor(private readonly reports: ReportsService) {}

  @Get('sales')
  @UseInterceptors(TenantInterceptor)
  sales() {
    return this.reports.make('sales');
  }

  @Get('live')
  @UseInterceptors(TenantInterceptor)
  live() {
    return this.reports.make('live');
  }

  @Post('search')
  @HttpCode(200)
  @UseInterceptors(TenantInterceptor)
  search() {
    return this.reports.make('search');
  }

  @Post('seen')
  seen(@Query('key') key: string) {
    return this.reports.seen(key);
  }
}
