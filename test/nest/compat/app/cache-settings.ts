import type { CacheModuleOptions, CacheOptionsFactory } from '@nestjs/cache-manager';
import { Injectable } from '@nestjs/common';

@Injectable()
export class CacheSettings implements CacheOptionsFactory {
  createCacheOptions(): CacheModuleOptions {
    return { ttl: 60_000 };
  }
}
