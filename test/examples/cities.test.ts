import { ConsoleLogger, Logger } from '@nestjs/common';
import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import sinon from 'sinon';
import type { City, CitySummary, CountryStats, NearbyCity } from '../../examples/cities/src/city';
import { Database } from '../../examples/cities/src/database';
import type { CacheHealth } from '../../src';
import { eventually } from '../../src/testing/suite-tools';
import { TestServer } from '../support/servers';
import { CitiesInstance } from './cities-instance';

const main = resolve(__dirname, '../../examples/cities/src/main.ts');
const paris = '/cities/2988507';
const elapse = (ms: number): Promise<void> => sleep(ms);

describe('examples/cities', function () {
  this.timeout(30_000);

  let database: Database;
  let redis: TestServer;
  /** On Express. */
  let one: CitiesInstance;
  /** On Fastify. */
  let two: CitiesInstance;
  let ownProcess: ChildProcess | undefined;
  let logged: string[];

  before(async () => {
    const record = (message: string): void => void logged.push(message);
    Logger.overrideLogger({ log: record, warn: record, error: record });
    database = await Database.open();
  });

  after(async () => {
    Logger.overrideLogger(new ConsoleLogger());
    await database.close();
  });

  beforeEach(async () => {
    logged = [];
    redis = await TestServer.start('redis');
    one = await CitiesInstance.start(database, { REDIS_URL: redis.url });
    two = await CitiesInstance.start(database, { REDIS_URL: redis.url, ADAPTER: 'fastify' });
  });

  afterEach(async () => {
    sinon.restore();
    ownProcess?.kill('SIGKILL');
    await Promise.all([one.close(), two.close()]);
    await redis.stop();
  });

  async function populationOn(instance: CitiesInstance): Promise<number> {
    return (await instance.read<City>(paris)).population;
  }

  async function peopleOn(instance: CitiesInstance): Promise<number> {
    return (await instance.read<CountryStats>('/countries/FR/stats')).people;
  }

  /** Until L2 is in the expected state, and nothing is pending. */
  async function untilHealthy(...instances: readonly CitiesInstance[]): Promise<void> {
    for (const instance of instances) {
      await eventually(elapse, async () => {
        const { status, l2 } = await instance.read<CacheHealth>('/health');
        expect({ status, pending: l2?.pending }).to.deep.equal({ status: 'up', pending: 0 });
      });
    }
  }

  /** An instance with an empty L1: it reads from L2. */
  async function populationForNewcomers(): Promise<number> {
    const newcomer = await CitiesInstance.start(database, { REDIS_URL: redis.url });
    const population = await populationOn(newcomer);
    await newcomer.close();
    return population;
  }

  it('shows its caches to people and to Prometheus', async () => {
    for (const instance of [one, two]) {
      await instance.read(paris);
      const [page, metrics] = await Promise.all(['/cache', '/metrics'].map(async (path) => (await instance.get(path)).text()));

      expect(page).to.contain('<h1').and.to.contain('city:2988507');
      expect(metrics).to.match(/^cache_l2_up\{cache="cities"\} 1$/m);
    }
  });

  it('answers the same on Express and on Fastify, cold and warm', async () => {
    for (const instance of [one, two, one, two]) {
      const found = await instance.read<CitySummary[]>('/cities?search=PaR');
      const near = await instance.read<NearbyCity[]>('/cities/near?lat=48.85&lon=2.35&km=50');
      const stats = await instance.read<CountryStats>('/countries/ch/stats');
      const countries = await instance.read<object[]>('/countries');
      const city = await instance.read<City>(paris);

      expect(found.map(({ name }) => name).slice(0, 3)).to.deep.equal(['Paris', 'Parbhani', 'Paraná']);
      expect(near).to.have.length(20);
      expect(near[0]).to.deep.equal({ id: 2988507, name: 'Paris', country: 'FR', km: 0.4 });
      expect(stats).to.include({ country: 'CH', cities: 1415, people: 7327781, medianPopulation: 2602, shareNearLargest: 0.945 });
      expect(stats.largest[0]).to.include({ name: 'Zürich' });
      expect(countries).to.have.length(246);
      expect(city).to.include({ name: 'Paris', country: 'FR', latitude: 48.85341 });
    }
  });

  it('refuses invalid input and does not find missing cities', async () => {
    for (const instance of [one, two]) {
      const statuses = new Map<string, number>();
      for (const path of [
        '/cities/1',
        '/countries/XX/stats',
        '/cities/paris',
        '/cities/9999999999',
        '/cities/near?lat=91&lon=0',
        '/cities?search=%00',
      ]) {
        statuses.set(path, (await instance.get(path)).status);
      }
      const refused = await Promise.all(
        [{}, { population: -1 }, { population: 0.5 }, { name: '' }, { id: 1 }].map((change) => instance.patch(paris, change)),
      );

      expect([...statuses.values()]).to.deep.equal([404, 404, 400, 400, 400, 400]);
      expect(refused.map(({ status }) => status)).to.deep.equal([400, 400, 400, 400, 400]);
    }
  });

  it('asks the database once for all concurrent requests, and for the other instance as well', async () => {
    const query = sinon.spy(database, 'query');

    await Promise.all(Array.from({ length: 50 }, () => peopleOn(one)));
    await Promise.all(Array.from({ length: 50 }, () => peopleOn(two)));

    expect(query.callCount).to.equal(1);
    expect(logged.filter((line) => /^:\d+ miss +stats:FR: loaded in \d+ ms, stored$/.test(line))).to.have.length(1);
    expect(logged.filter((line) => /^:\d+ hit l2 stats:FR$/.test(line))).to.not.be.empty;
  });

  it('shows a change at once where it was made, and soon on the other instance', async () => {
    const before = await Promise.all([populationOn(one), populationOn(two), peopleOn(one), peopleOn(two)]);
    await Promise.all([one.read('/countries'), one.read('/cities/near?lat=48.85&lon=2.35&km=2')]);

    const response = await one.patch(paris, { name: 'Lutetia', population: before[0] + 1_000 });

    expect(response.status).to.equal(200);
    expect(await one.read(paris)).to.include({ name: 'Lutetia', population: before[0] + 1_000 });
    expect(await peopleOn(one)).to.equal(before[2] + 1_000);
    expect((await one.read<NearbyCity[]>('/cities/near?lat=48.85&lon=2.35&km=2'))[0]).to.include({ name: 'Lutetia' });
    await eventually(elapse, async () => expect(await populationOn(two)).to.equal(before[1] + 1_000));
    await eventually(elapse, async () => expect(await peopleOn(two)).to.equal(before[3] + 1_000));
    await one.patch(paris, { name: 'Paris' });
  });

  it('stays right and fast while Redis is stopped, and when it is started again', async () => {
    const before = await populationOn(one);
    await populationOn(two);

    await redis.kill();
    for (const instance of [one, two]) await instance.read('/cities?search=lon');
    await one.patch(paris, { population: before + 1 });
    expect(await populationOn(one)).to.equal(before + 1);
    await eventually(elapse, async () => expect(await populationOn(two)).to.equal(before + 1));
    expect(await one.read('/health')).to.include({ status: 'degraded' });
    expect(logged.filter((line) => line.startsWith('L2 (redis) is offline'))).to.have.length(2);

    await redis.restart();
    await untilHealthy(one, two);
    expect([await populationOn(one), await populationOn(two), await populationForNewcomers()]).to.deep.equal(Array(3).fill(before + 1));
  });

  it('does not read deleted values that a frozen Redis has kept', async () => {
    const before = await populationOn(one);

    redis.freeze();
    await one.patch(paris, { population: before + 1, name: 'Paris' });
    expect(await populationOn(one)).to.equal(before + 1);

    redis.thaw();
    await untilHealthy(one);
    expect([await populationOn(one), await populationForNewcomers()]).to.deep.equal(Array(2).fill(before + 1));
  });

  it('runs with a Valkey server, and without any server', async () => {
    const valkey = await TestServer.start('valkey');
    for (const [environment, driver] of [
      [{ VALKEY_URL: valkey.url }, 'valkey'],
      [{}, 'keyv'],
    ] as const) {
      const instance = await CitiesInstance.start(database, environment);
      expect(await instance.read('/health'))
        .to.deep.include({ status: 'up' })
        .and.to.have.nested.property('l2.driver', driver);
      expect(await peopleOn(instance)).to.equal(await peopleOn(one));
      await instance.close();
    }
    await valkey.stop();
  });

  it('answers every address that its README and its home page name', async () => {
    const readme = await readFile(resolve(__dirname, '../../examples/cities/README.md'), 'utf8');
    const home = await (await one.get('/')).text();
    const paths = `${readme}\n${home}`.matchAll(/(?:localhost:\d+|`GET )(\/[^\s'`;]*)/g);
    for (const [, path = ''] of paths) {
      expect((await two.get(path)).status, path).to.equal(200);
    }
  });

  it('ends soon after SIGTERM, also while Redis is frozen', async () => {
    const environment = { ...process.env, PORT: '0,0', REDIS_URL: redis.url };
    const app = (ownProcess = spawn(process.execPath, ['--require', 'ts-node/register', main], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    }));
    const urls = await printedUrls(app.stdout, 2);
    const [warm] = await Promise.all(urls.map((url) => fetch(`${url}/countries/FR/stats`)));
    redis.freeze();
    const underWay = fetch(`${urls[0]}/countries/CH/stats`);
    // No event shows its arrival; it runs for more than a second.
    await sleep(200);
    const asked = performance.now();
    app.kill('SIGTERM');
    await once(app, 'exit');

    expect([warm?.status, (await underWay).status]).to.deep.equal([200, 200]);
    expect(performance.now() - asked).to.be.below(6_000);
  });
});

/** The printed addresses, once there are as many as expected. */
function printedUrls(output: Readable, count: number): Promise<readonly string[]> {
  let text = '';
  return new Promise((resolveUrls, reject) => {
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const urls = [...text.matchAll(/open at (\S+):\n/g)].map(([, url = '']) => url);
      if (urls.length === count) resolveUrls(urls);
    });
    output.once('end', () => {
      reject(new Error(`the application ended before it listened:\n${text}`));
    });
  });
}
