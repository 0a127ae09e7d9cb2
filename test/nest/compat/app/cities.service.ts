import { Cache, CACHE_MANAGER } from '@nestjs/cache-manager';
import { Inject, Injectable } from '@nestjs/common';

export interface City {
  id: number;
  name: string;
  readings: number;
}

@Injectable()
export class CitiesService {
  private readings = 0;

  constructor(
    @Inject(CACHE_MANAGER) private readonly cacheManager: Cache,
    private readonly cache: Cache,
  ) {}

  all(): City[] {
    return [this.read(1), this.read(2)];
  }

  async find(id: number): Promise<City> {
    const key = `city:${id}`;
    const cached = await this.cacheManager.get<City>(key);
    if (cached) return cached;
    const city = this.read(id);
    await this.cacheManager.set(key, city, 5_000);
    return city;
  }

  wrapped(id: number): Promise<City> {
    return this.cacheManager.wrap(`wrapped:${id}`, () => this.read(id), { ttl: () => 5_000, refreshThreshold: 1_000 });
  }

  async report() {
    const list = await this.cache.mset([
      { key: 'a', value: 1 },
      { key: 'b', value: null, ttl: 0 },
    ]);
    const [a, b, none] = await this.cache.mget<number | null>(['a', 'b', 'none']);
    const ends = [await this.cache.ttl('a'), await this.cache.ttl('b'), await this.cache.ttl('none')];
    const raw = await this.cache.wrap('raw', () => 3, { ttl: 5_000, raw: true });
    const keys: string[] = [];
    const listener = ({ key }: { key: string }) => keys.push(key);
    this.cache.on('set', listener);
    const stored = await this.cache.set('c', 3);
    this.cache.off('set', listener);
    const deleted = [await this.cache.del('a'), await this.cache.mdel(['b', 'c']), await this.cache.del('none')];
    return {
      list,
      a,
      b,
      none: String(none),
      ends: ends.map((end) => typeof end),
      value: raw?.value,
      end: typeof raw?.expires,
      keys,
      stored,
      deleted,
    };
  }

  async rename(id: number) {
    await Promise.all([`city:${id}`, `wrapped:${id}`].map(this.cacheManager.del));
    await this.cacheManager.del('/cities');
  }

  async forget() {
    return { cleared: await this.cacheManager.clear(), left: String(await this.cacheManager.get('city:1')) };
  }

  private read(id: number): City {
    this.readings += 1;
    return { id, name: `city ${id}`, readings: this.readings };
  }
}
