import { Controller, Get, type INestApplication, type ModuleMetadata } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { CacheableModule, CacheableService, type CacheableModuleOptions } from '../../../src/nest';
import { InjectCache } from '../../../src/nest/shared/cacheable.service';
import { deferred } from '../../builders/deferred';

export const platforms = {
  Express: (): AbstractHttpAdapter => new ExpressAdapter(),
  Fastify: (): AbstractHttpAdapter => new FastifyAdapter(),
};

/** An application with one route, which waits, and then asks its cache. */
export class Shop {
  readonly arrived = deferred();
  readonly released = deferred();
  application!: INestApplication;

  static async open(newAdapter: () => AbstractHttpAdapter, options: CacheableModuleOptions): Promise<Shop> {
    const shop = new Shop();
    const module = await Test.createTestingModule(metadataOf(shop, options)).compile();
    shop.application = module.createNestApplication(newAdapter());
    await shop.application.listen(0, '127.0.0.1');
    return shop;
  }

  get cache(): CacheableService {
    return this.application.get(CacheableService);
  }

  async visit(): Promise<string> {
    const response = await fetch(`${await this.application.getUrl()}/price`, { headers: { connection: 'close' } });
    return response.text();
  }
}

function metadataOf(shop: Shop, options: CacheableModuleOptions): ModuleMetadata {
  @Controller()
  class PriceController {
    constructor(@InjectCache() readonly cache: CacheableService) {}

    @Get('price')
    async price(): Promise<string> {
      shop.arrived.resolve();
      await shop.released.promise;
      await this.cache.set('written', 'late');
      const { from, value } = await this.cache.wrapEntry('price', () => 'loaded');
      return `${value} from ${from}, ${String(await this.cache.get('written'))}, ${this.cache.health().status}`;
    }
  }
  return { imports: [CacheableModule.register(options)], controllers: [PriceController] };
}
