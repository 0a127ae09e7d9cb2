export interface CitySummary {
  readonly id: number;
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly population: number;
}

export interface City extends CitySummary {
  /** Degrees. */
  readonly latitude: number;
  /** Degrees. */
  readonly longitude: number;
}

export interface NearbyCity extends Pick<City, 'id' | 'name' | 'country'> {
  readonly km: number;
}

export interface Country {
  readonly country: string;
  readonly cities: number;
  readonly people: number;
}

export interface CountryStats extends Country {
  /** Of its cities; `null` where no population is known. */
  readonly medianPopulation: number | null;
  readonly p90Population: number | null;
  readonly p99Population: number | null;
  /** From a city to the nearest of the ten largest. */
  readonly averageKmToLargest: number;
  /** Part of the people, 0 to 1, living within 50 km of one of the ten largest; `null` without people. */
  readonly shareNearLargest: number | null;
  /** The ten largest. */
  readonly largest: readonly Omit<CitySummary, 'country'>[];
}

/** The fields that a `PATCH` may change. */
export interface CityChange {
  readonly name?: string;
  readonly population?: number;
}
