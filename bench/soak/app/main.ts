import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppModule } from './app.module';
import { settingsVariable, type InstanceSettings } from './settings';

const keptAliveMs = 600_000;

/** Prints its port, and ends when its standard input does: an instance does not outlive its parent. */
async function main(): Promise<void> {
  // Outages are expected here; only warnings of Node are logged.
  Logger.overrideLogger(false);
  const settings = JSON.parse(process.env[settingsVariable] ?? '{}') as InstanceSettings;
  const app = await NestFactory.create(AppModule.with(settings));
  const server = app.getHttpServer() as Server;
  // While the parent checks the reads of a long phase it sends nothing, and would use connections that have ended meanwhile.
  server.keepAliveTimeout = keptAliveMs;
  await app.listen(0, '127.0.0.1');
  console.log((server.address() as AddressInfo).port);
  await once(process.stdin.resume(), 'end');
  await app.close();
}

void main();
