import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './app.module';
import type { Database } from './database';

/** @param environment - `ADAPTER=fastify`, or Express; and the variables of {@link AppModule.over} */
export function createApp(database: Database, environment: NodeJS.ProcessEnv): Promise<INestApplication> {
  const adapter = environment['ADAPTER'] === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  return NestFactory.create(AppModule.over(database, environment), adapter);
}
