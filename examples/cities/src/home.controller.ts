import { Controller, Get, Header } from '@nestjs/common';
import type { CacheHealth } from 'tiercel';
import { CacheableService } from 'tiercel/nest';
import { guide } from './guide';
import { Address } from './address';

@Controller()
export class HomeController {
  constructor(
    private readonly cache: CacheableService,
    private readonly address: Address,
  ) {}

  @Get()
  @Header('content-type', 'text/plain; charset=utf-8')
  home(): string {
    return guide(this.address.url);
  }

  @Get('health')
  health(): CacheHealth {
    return this.cache.health();
  }
}
