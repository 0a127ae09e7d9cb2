import { expect } from 'chai';
import { createCache } from '../../../src/create-cache';
import type { Cache } from '../../../src/domain/cache';
import type { Logger } from '../../../src/ports/logger';
import { RecordingLogger } from '../../../src/testing';
import { FaultProxy } from '../../support/fault-proxy';
import { TestServer } from '../../support/servers';
import { seeded } from './answers';
import type { DriverUnderTest } from './drivers';
import type { Scenario } from './scenario';

type SiteOptions = Pick<Scenario, 'serverArgs' | 'proxied' | 'credentials'>;

const seeds = ['warm', 'cold-1', 'cold-2', 'cold-3', 'set-1', 'set-2', 'del-1', 'del-2'];

/** A server with values of an earlier process, and the caches of two processes. */
export class Site {
  readonly log = new RecordingLogger();
  readonly cache: Cache;
  /** Stands in the same trouble, and is closed in it. */
  readonly twin: Cache;
  readonly #url: string;
  #serverPrefix = '';

  private constructor(
    readonly driver: DriverUnderTest,
    readonly server: TestServer,
    readonly proxy: FaultProxy,
    { credentials = '', proxied }: SiteOptions,
  ) {
    this.#url = `redis://${credentials}127.0.0.1:${proxied ? proxy.port : server.port}`;
    this.cache = this.#open(this.#url, this.log);
    this.twin = this.#open(this.#url);
  }

  static async prepare(driver: DriverUnderTest, options: SiteOptions = {}): Promise<Site> {
    const server = await TestServer.start(driver.server, { args: options.serverArgs ?? [] });
    const site = new Site(driver, server, await FaultProxy.start(server.port), options);
    await site.#seed();
    return site;
  }

  /** L1 of both gets the warm key. */
  async warmUp(): Promise<void> {
    for (const cache of [this.cache, this.twin]) {
      await cache.start();
      expect(await cache.get('warm')).to.equal(seeded);
    }
  }

  /** The name of a key on the server. */
  nameOf(key: string): string {
    return this.#serverPrefix + key;
  }

  async isOnServer(key: string): Promise<boolean> {
    return (await this.server.cli('EXISTS', this.nameOf(key))) === '1';
  }

  /** Asks as another process would, which knows nothing but L2. */
  async askAgain<T>(question: (cache: Cache) => Promise<T>): Promise<T> {
    const stranger = this.#open(this.#url);
    try {
      await stranger.start();
      expect(stranger.health().status).to.equal('up');
      return await question(stranger);
    } finally {
      await stranger.close();
    }
  }

  async close(): Promise<void> {
    this.server.thaw();
    await Promise.all([this.cache.close(), this.twin.close()]);
    await Promise.all([this.proxy.stop(), this.server.stop()]);
  }

  #open(url: string, logger: Logger | false = false): Cache {
    return createCache({ secondary: this.driver.make(url), namespace: 'outage', logger });
  }

  async #seed(): Promise<void> {
    const predecessor = this.#open(this.server.url);
    await predecessor.start();
    for (const key of seeds) expect(await predecessor.set(key, seeded)).to.equal('done');
    await predecessor.close();
    const name = (await this.server.cli('KEYS', '*')).split('\n').find((each) => each.endsWith(':warm'));
    this.#serverPrefix = name?.slice(0, -'warm'.length) ?? expect.fail('nothing was stored');
  }
}
