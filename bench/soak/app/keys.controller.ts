import { Controller, Delete, Get, Param, ParseIntPipe, Put, Res, UseInterceptors, type ExecutionContext } from '@nestjs/common';
import type { WriteOutcome } from 'tiercel';
import { CacheableInterceptor, CacheableService, CacheKey } from 'tiercel/nest';
import { Database } from './database';
import type { Reply } from './reply';

/** The data and the response of each key: a change of the data deletes the response. */
@Controller('keys/:key')
export class KeysController {
  constructor(
    private readonly cache: CacheableService,
    private readonly database: Database,
  ) {}

  @Get()
  get(@Param('key') key: string): Promise<number | undefined> {
    return this.cache.get(key);
  }

  @Get('wrapped')
  wrap(@Param('key') key: string, @Res({ passthrough: true }) reply: Reply): Promise<number> {
    return this.cache.wrap(key, () => this.database.load(key, reply));
  }

  @Get('intercepted')
  @UseInterceptors(CacheableInterceptor)
  @CacheKey((context: ExecutionContext) => context.switchToHttp().getRequest<{ params: { key: string } }>().params.key)
  intercept(@Param('key') key: string, @Res({ passthrough: true }) reply: Reply): Promise<number> {
    return this.database.load(key, reply);
  }

  @Put(':version')
  async set(@Param('key') key: string, @Param('version', ParseIntPipe) version: number): Promise<WriteOutcome> {
    const deleted = await this.cache.del(key);
    const set = await this.cache.set(key, version);
    return deleted === 'done' ? set : deleted;
  }

  @Delete()
  del(@Param('key') key: string): Promise<WriteOutcome> {
    return this.cache.del(key);
  }
}
