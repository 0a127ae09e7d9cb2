import { CACHE_MANAGER } from '@nestjs/cache-manager';
import type { Cache } from '@nestjs/cache-manager';
import { Inject, Injectable } from '@nestjs/common';

@Injectable()
export class ReportsService {
  @Inject(CACHE_MANAGER)
  private readonly cache!: Cache;
  private made = 0;

  make(kind: string) {
    this.made += 1;
    return { kind, made: this.made };
  }

  async seen(key: string) {
    const { stores } = this.cache;
    return { held: (await this.cache.get(key)) ?? 'nothing', stores: stores.length, id: typeof this.cache.cacheId() };
  }
}
