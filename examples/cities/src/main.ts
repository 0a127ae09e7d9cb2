import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { Address } from './address';
import { createApp } from './create-app';
import { Database } from './database';
import { guide } from './guide';
import { ReadableLogger } from './readable-logger';

const log = new Logger('Cities');

async function main({ PORT = '3000' }: NodeJS.ProcessEnv): Promise<void> {
  Logger.overrideLogger(new ReadableLogger());
  log.log('Starting PostgreSQL and filling it with cities, a few seconds…');
  const began = performance.now();
  const database = await Database.open();
  log.log(`${database.cities} cities are there after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  for (const port of PORT.split(',')) {
    const app = await createApp(database, process.env);
    app.enableShutdownHooks();
    await app.listen(Number(port));
    log.log(guide(app.get(Address).url));
  }
}

void main(process.env);
