import { Injectable } from '@nestjs/common';
import type { City, CityChange, CitySummary, Country, CountryStats, NearbyCity } from './city';
import { Database } from './database';

/** The SQL, and nothing but the SQL. */
@Injectable()
export class CitiesRepository {
  constructor(private readonly database: Database) {}

  async find(id: number): Promise<City | null> {
    const [city] = await this.database.query<City>('SELECT * FROM city WHERE id = $1', [id]);
    return city ?? null;
  }

  /** The ten largest whose name begins so, in whatever case. */
  search(prefix: string): Promise<CitySummary[]> {
    return this.database.query(
      `SELECT id, name, country, population FROM city
       WHERE lower(name) COLLATE "C" ^@ lower($1)
       ORDER BY population DESC, id LIMIT 10`,
      [prefix],
    );
  }

  /** The twenty nearest. A degree of latitude is 111 km everywhere, so the index finds the belt; the rest is computed. */
  near(latitude: number, longitude: number, km: number): Promise<NearbyCity[]> {
    return this.database.query(
      `SELECT id, name, country, round(distance::numeric, 1)::float AS km FROM (
         SELECT *, distance_km(latitude, longitude, $1, $2) AS distance FROM city
         WHERE latitude BETWEEN $1 - $3 / 111.0 AND $1 + $3 / 111.0
       ) AS belt
       WHERE distance <= $3 ORDER BY distance, id LIMIT 20`,
      [latitude, longitude, km],
    );
  }

  countries(): Promise<Country[]> {
    return this.database.query(
      `SELECT country, count(*) AS cities, sum(population) AS people FROM city
       GROUP BY country ORDER BY people DESC, country`,
    );
  }

  /** Ten distances for every city of the country: tens of milliseconds for a large one. */
  async stats(country: string): Promise<CountryStats | null> {
    const [stats] = await this.database.query<CountryStats>(
      `WITH
         place AS MATERIALIZED (SELECT * FROM city WHERE country = $1),
         large AS MATERIALIZED (SELECT * FROM place ORDER BY population DESC, id LIMIT 10)
       SELECT
         $1 AS country,
         count(*) AS cities,
         sum(population) AS people,
         round(percentile_cont(0.5) WITHIN GROUP (ORDER BY population) FILTER (WHERE population > 0)) AS "medianPopulation",
         round(percentile_cont(0.9) WITHIN GROUP (ORDER BY population) FILTER (WHERE population > 0)) AS "p90Population",
         round(percentile_cont(0.99) WITHIN GROUP (ORDER BY population) FILTER (WHERE population > 0)) AS "p99Population",
         round(avg(km)::numeric, 1)::float AS "averageKmToLargest",
         round(sum(population) FILTER (WHERE km <= 50) / nullif(sum(population), 0)::numeric, 3)::float AS "shareNearLargest",
         (SELECT json_agg(json_build_object('id', id, 'name', name, 'population', population) ORDER BY population DESC, id)
          FROM large) AS largest
       FROM place CROSS JOIN LATERAL (
         SELECT min(distance_km(place.latitude, place.longitude, large.latitude, large.longitude)) AS km FROM large
       ) AS nearest
       HAVING count(*) > 0`,
      [country],
    );
    return stats ?? null;
  }

  async update(id: number, { name, population }: CityChange): Promise<City | null> {
    const [city] = await this.database.query<City>(
      'UPDATE city SET name = coalesce($2, name), population = coalesce($3, population) WHERE id = $1 RETURNING *',
      [id, name, population],
    );
    return city ?? null;
  }
}
