import { Controller, Delete, Get, Param, ParseIntPipe, Put, Res, UseInterceptors, type ExecutionContext } from '@nestjs/common';
import type { WriteOutcome } from 'tiercel';
import { CacheableInterceptor, CacheableService, CacheKey, CacheTags } from 'tiercel/nest';
import { tagOf } from '../requests';
import { Database } from './database';
import { PendingKeys } from './pending-keys';
import type { Reply } from './reply';

const tagsOf = (key: string): [string] => [`tag-${tagOf(Number(key))}`];

function keyOf(context: ExecutionContext): string {
  return context.switchToHttp().getRequest<{ params: { key: string } }>().params.key;
}

/** The data and the response of each key: a change of the data deletes the response. */
@Controller('keys/:key')
export class KeysController {
  constructor(
    private readonly cache: CacheableService,
    private readonly database: Database,
    private readonly pendingKeys: PendingKeys,
  ) {}

  @Get()
  get(@Param('key') key: string): Promise<number | undefined> {
    return this.cache.get(key);
  }

  @Get('wrapped')
  wrap(@Param('key') key: string, @Res({ passthrough: true }) reply: Reply): Promise<number> {
    return this.cache.wrap(key, () => this.database.load(key, reply), { tags: tagsOf(key) });
  }

  @Get('intercepted')
  @UseInterceptors(CacheableInterceptor)
  @CacheKey(keyOf)
  @CacheTags((context) => tagsOf(keyOf(context)))
  intercept(@Param('key') key: string, @Res({ passthrough: true }) reply: Reply): Promise<number> {
    return this.database.load(key, reply);
  }

  @Put(':version')
  async set(
    @Param('key') key: string,
    @Param('version', ParseIntPipe) version: number,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<WriteOutcome> {
    const deleted = await this.cache.del(key);
    const before = this.pendingKeys.timesOf(key);
    const set = await this.cache.set(key, version, { tags: tagsOf(key) });
    reply.locals.isOwed = set === 'pending' && this.pendingKeys.timesOf(key) > before;
    return deleted === 'done' ? set : deleted;
  }

  @Delete()
  del(@Param('key') key: string): Promise<WriteOutcome> {
    return this.cache.del(key);
  }
}

@Controller()
export class ManyKeysController {
  constructor(private readonly cache: CacheableService) {}

  @Delete('tags/:tag')
  delByTag(@Param('tag') tag: string): Promise<WriteOutcome> {
    return this.cache.delByTag(`tag-${tag}`);
  }

  @Delete('everything')
  clear(): Promise<WriteOutcome> {
    return this.cache.clear();
  }
}
