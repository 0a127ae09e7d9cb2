import { Injectable, NotFoundException } from '@nestjs/common';
import type { Cache } from 'tiercel';
import { CacheableService } from 'tiercel/nest';
import { CacheLog } from './cache-log';
import { CitiesRepository } from './cities.repository';
import type { City, CityChange, CountryStats, NearbyCity } from './city';

/** Knows what is cached under which name, and therefore what a change makes stale. */
@Injectable()
export class CitiesService {
  /** @param km - up to 500 */
  readonly near: (latitude: number, longitude: number, km: number) => Promise<readonly NearbyCity[]>;
  /** Nobody can say which of these answers a city is in, so they are kept where they can be cleared together. */
  readonly #nearby: Cache;

  constructor(
    private readonly cities: CitiesRepository,
    private readonly cache: CacheableService,
    log: CacheLog,
  ) {
    this.#nearby = cache.namespace('near');
    this.near = this.#nearby.memoize((latitude: number, longitude: number, km: number) => cities.near(latitude, longitude, km), {
      key: (latitude, longitude, km) => `${latitude},${longitude},${km}`,
      ttl: '1h',
    });
    log.follow(cache);
    log.follow(this.#nearby, 'near:');
  }

  /** A city that does not exist is remembered as well: `null` is a value. */
  async find(id: number): Promise<City> {
    return (await this.cache.wrap(cityKey(id), () => this.cities.find(id))) ?? notFound();
  }

  /** Good for ten minutes, and for an hour more while a new one is computed behind. */
  async stats(country: string): Promise<CountryStats> {
    const stats = await this.cache.wrap(statsKey(country), () => this.cities.stats(country), { ttl: '10m', staleWhileRevalidate: '1h' });
    return stats ?? notFound();
  }

  /** The database first: what is loaded after the delete is new. Searches are left to their ttl of ten seconds. */
  async change(id: number, change: CityChange): Promise<City> {
    const city = (await this.cities.update(id, change)) ?? notFound();
    await Promise.all([
      this.cache.delMany([cityKey(id), statsKey(city.country), countriesKey]),
      change.name === undefined ? undefined : this.#nearby.clear(),
    ]);
    return city;
  }
}

/** Of what the interceptor stores for `GET /countries`. */
export const countriesKey = 'countries';

const cityKey = (id: number): string => `city:${id}`;
const statsKey = (country: string): string => `stats:${country}`;

function notFound(): never {
  throw new NotFoundException();
}
