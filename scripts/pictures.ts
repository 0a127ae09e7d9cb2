import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../src';
import { redis } from '../src/adapters/redis';
import { HistoryRecorder } from '../src/nest/dashboard/view/history-recorder';
import { CacheableModule, CacheableService } from '../src/nest';
import { CacheableDashboardModule } from '../src/nest/dashboard';
import { HISTORY_RECORDER } from '../src/nest/dashboard/dashboard-options';
import { TestBrowser } from '../test/support/browser';
import { TestServer } from '../test/support/servers';
import { HurriedClock } from './hurried-clock';

/** Takes the pictures of the live view for the README: a shop, some minutes of its traffic, and an outage of its Redis. Under a minute. */

const factor = 10;
const [beforeMs, outageMs, afterMs] = [160_000, 45_000, 120_000] as const;
const readsPerSecond = 180;
const productCount = 4_000;
const viewport = { width: 1280, height: 1000 };
const mostBytes = 150_000;
const folder = resolve(__dirname, '../docs/images');

const elapse = (ms: number): Promise<void> => sleep(ms / factor);

async function main(): Promise<void> {
  const browser = await TestBrowser.start();
  const server = await TestServer.start('redis');
  const clock = new HurriedClock(factor, Date.UTC(2026, 2, 14, 9, 26));
  const app = await openShop(server.url, clock);
  const traffic = new AbortController();
  const customers = visit(app.get(CacheableService), clock, traffic.signal);
  try {
    await elapse(beforeMs);
    await server.kill();
    await elapse(outageMs);
    await server.restart();
    await elapse(afterMs);
    await photograph(browser, await app.getUrl());
  } finally {
    traffic.abort();
    await customers;
    await app.close();
    await Promise.all([server.stop(), browser.stop()]);
  }
}

async function openShop(url: string, clock: Clock): Promise<INestApplication> {
  const cache = CacheableModule.register({
    isGlobal: true,
    namespace: 'shop',
    logger: false,
    clock,
    secondary: redis(url),
    primary: { lruSize: 900 },
    ttl: { primary: '30s', secondary: '10m' },
    staleIfError: '1h',
    // By the clock, of whose seconds many pass in a real one.
    deadlines: { read: '20s', write: '20s', clear: '20s' },
  });

  const module = await Test.createTestingModule({ imports: [cache, CacheableDashboardModule.register()] })
    .overrideProvider(HISTORY_RECORDER)
    .useValue(new HistoryRecorder(clock))
    .compile();
  const app = module.createNestApplication();
  app.useLogger(false);
  await app.listen(0, '127.0.0.1');
  return app;
}

/** Few things are asked for often, and many now and then. */
async function visit(shop: CacheableService, clock: Clock, signal: AbortSignal): Promise<void> {
  const [products, prices, users] = ['products', 'prices', 'users'].map((name) => shop.namespace(name));
  const round = [products!, prices!, products!, products!, users!, products!, prices!, products!];
  for (let reads = readsUntil(clock.elapsed()); !signal.aborted;) {
    await sleep(5);
    for (const due = readsUntil(clock.elapsed()); reads < due; reads++) {
      const id = Math.floor(productCount * Math.random() ** 4);
      void round[Math.floor(reads) % round.length]!.wrap(`item:${id}`, () => load(id));
    }
  }
}

/** More by the minute, and less again. */
function readsUntil(ms: number): number {
  return (readsPerSecond * (ms + 14_000 * Math.sin(ms / 25_000))) / 1_000;
}

async function load(id: number): Promise<unknown> {
  await sleep(4 + 8 * Math.random());
  return { id, name: `Item ${id}`, text: 'x'.repeat(200) };
}

async function photograph(browser: TestBrowser, url: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.visit(`${url}/cache?cache=1.shop:products`, { colorScheme, viewport });
    const path = resolve(folder, `live-view-${colorScheme}.png`);
    await page.screenshot({ path });
    if (statSync(path).size > mostBytes) throw new Error(`${path} is larger than ${mostBytes} bytes`);
  }
  const complaints = await browser.leave();
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
}

void main();
