import { Injectable, NotFoundException } from '@nestjs/common';
import type { Cache } from 'tiercel';
import { CacheableService } from 'tiercel/nest';
import { CacheLog } from './cache-log';
import { CitiesRepository } from './cities.repository';
import type { City, CityChange, CountryStats, NearbyCity } from './city';

/** Sets the keys, and so also deletes the entries that a change makes stale. */
@Injectable()
export class CitiesService {
  /** @param km - up to 500 */
  readonly near: (latitude: number, longitude: number, km: number) => Promise<readonly NearbyCity[]>;
  /** A city may be in any of these results, so they have a namespace that is cleared as a whole. */
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

  /** Fresh for ten minutes, and served for an hour more while a new one is computed in the background. */
  async stats(country: string): Promise<CountryStats> {
    const stats = await this.cache.wrap(statsKey(country), () => this.cities.stats(country), { ttl: '10m', staleWhileRevalidate: '1h' });
    return stats ?? notFound();
  }

  /** The database first: values loaded after the delete are new. Searches are left to their ttl of ten seconds. */
  async change(id: number, change: CityChange): Promise<City> {
    const city = (await this.cities.update(id, change)) ?? notFound();
    await Promise.all([
      this.cache.delMany([cityKey(id), statsKey(city.country), countriesKey]),
      change.name === undefined ? undefined : this.#nearby.clear(),
    ]);
    return city;
  }
}

/** The key under which the interceptor stores `GET /countries`. */
export const countriesKey = 'countries';

const cityKey = (id: number): string => `city:${id}`;
const statsKey = (country: string): string => `stats:${country}`;

function notFound(): never {
  throw new NotFoundException();
}
