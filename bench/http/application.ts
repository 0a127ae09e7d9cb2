import 'reflect-metadata';
import {
  Controller,
  Get,
  Injectable,
  Logger,
  Module,
  UseInterceptors,
  type DynamicModule,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import * as original from '@nestjs/cache-manager';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Cacheable, CacheableInterceptor, CacheableModule } from 'tiercel/nest';
import * as compat from 'tiercel/nest/compat';
import { prometheus } from 'tiercel/prometheus';
import type { Platform, Variant } from './variants';

const body = {
  id: 42,
  name: 'Reykjavík',
  country: 'IS',
  population: 118_918,
  at: [64.13548, -21.89541],
  tags: ['capital', 'port', 'north'],
};

@Injectable()
class NoopInterceptor implements NestInterceptor {
  intercept: NestInterceptor['intercept'] = (_, next) => next.handle();
}

const interceptors: Partial<Record<Variant, Type<NestInterceptor>>> = {
  noop: NoopInterceptor,
  original: original.CacheInterceptor,
  compat: compat.CacheInterceptor,
  tiercel: CacheableInterceptor,
};

const metrics = prometheus({ port: 0 });

const modules: Partial<Record<Variant, DynamicModule>> = {
  original: original.CacheModule.register({ ttl: 3_600_000 }),
  compat: compat.CacheModule.register({ ttl: 3_600_000 }),
  tiercel: CacheableModule.register({ ttl: '1h', metrics }),
  method: CacheableModule.register({ ttl: '1h', metrics }),
};

function controllerOf(variant: Variant): Type<unknown> {
  class CityController {
    city(): Promise<typeof body> {
      return Promise.resolve(body);
    }
  }
  const method = Object.getOwnPropertyDescriptor(CityController.prototype, 'city')!;
  if (variant === 'method') Cacheable()(CityController.prototype, 'city', method);
  Get('city')(CityController.prototype, 'city', method);
  Object.defineProperty(CityController.prototype, 'city', method);
  const interceptor = interceptors[variant];
  if (interceptor !== undefined) UseInterceptors(interceptor)(CityController);
  Controller()(CityController);
  return CityController;
}

@Module({})
class AppModule {
  static with(variant: Variant): DynamicModule {
    const given = modules[variant];
    return { module: AppModule, imports: given === undefined ? [] : [given], controllers: [controllerOf(variant)] };
  }
}

async function main(platform: Platform, variant: Variant): Promise<void> {
  Logger.overrideLogger(false);
  const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = await NestFactory.create(AppModule.with(variant), adapter);
  await app.listen(0, '127.0.0.1');
  process.on('message', () => process.send?.(process.cpuUsage()));
  process.on('disconnect', () => process.exit());
  process.send?.(await app.getUrl());
}

void main(process.argv[2] as Platform, process.argv[3] as Variant);
