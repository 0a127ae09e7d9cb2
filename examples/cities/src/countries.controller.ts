import { Controller, Get, Param, UseInterceptors } from '@nestjs/common';
import { CacheableInterceptor, CacheKey, CacheTTL } from 'tiercel/nest';
import { CitiesRepository } from './cities.repository';
import { CitiesService, countriesKey } from './cities.service';
import type { Country, CountryStats } from './city';
import { TextPipe } from './pipes/text.pipe';

@Controller('countries')
export class CountriesController {
  constructor(
    private readonly cities: CitiesService,
    private readonly repository: CitiesRepository,
  ) {}

  /** It has a name, because a changed city has to delete it. */
  @Get()
  @UseInterceptors(CacheableInterceptor)
  @CacheKey(countriesKey)
  @CacheTTL('1h')
  all(): Promise<Country[]> {
    return this.repository.countries();
  }

  @Get(':code/stats')
  stats(@Param('code', TextPipe) code: string): Promise<CountryStats> {
    return this.cities.stats(code.toUpperCase());
  }
}
