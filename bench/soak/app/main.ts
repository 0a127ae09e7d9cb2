import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { AppModule } from './app.module';
import { settingsVariable, type InstanceSettings } from './settings';

/** Prints its port, and ends when its standard input does: an instance does not outlive its parent. */
async function main(): Promise<void> {
  // Outages are expected here; only warnings of Node are logged.
  Logger.overrideLogger(false);
  const settings = JSON.parse(process.env[settingsVariable] ?? '{}') as InstanceSettings;
  const app = await NestFactory.create(AppModule.with(settings));
  await app.listen(0, '127.0.0.1');
  console.log(((app.getHttpServer() as Server).address() as AddressInfo).port);
  await once(process.stdin.resume(), 'end');
  await app.close();
}

void main();
