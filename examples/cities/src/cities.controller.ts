import { Body, Controller, DefaultValuePipe, Get, Param, ParseIntPipe, Patch, Query, UseInterceptors } from '@nestjs/common';
import { CacheableInterceptor, CacheTTL } from 'tiercel/nest';
import { CitiesRepository } from './cities.repository';
import { CitiesService } from './cities.service';
import type { City, CityChange, CitySummary, NearbyCity } from './city';
import { CityChangePipe } from './pipes/city-change.pipe';
import { largestInteger, RangePipe } from './pipes/range.pipe';
import { TextPipe } from './pipes/text.pipe';

@Controller('cities')
export class CitiesController {
  constructor(
    private readonly cities: CitiesService,
    private readonly repository: CitiesRepository,
  ) {}

  @Get()
  @UseInterceptors(CacheableInterceptor)
  @CacheTTL('10s')
  search(@Query('search', new DefaultValuePipe(''), TextPipe) prefix: string): Promise<CitySummary[]> {
    return this.repository.search(prefix);
  }

  /** The place is rounded to a hundredth of a degree, about a kilometre, so that neighbours share an answer. */
  @Get('near')
  near(
    @Query('lat', new RangePipe(-90, 90)) latitude: number,
    @Query('lon', new RangePipe(-180, 180)) longitude: number,
    @Query('km', new DefaultValuePipe('50'), new RangePipe(1, 500)) km: number,
  ): Promise<readonly NearbyCity[]> {
    return this.cities.near(rounded(latitude), rounded(longitude), km);
  }

  @Get(':id')
  find(@Param('id', ParseIntPipe, new RangePipe(0, largestInteger)) id: number): Promise<City> {
    return this.cities.find(id);
  }

  @Patch(':id')
  change(@Param('id', ParseIntPipe, new RangePipe(0, largestInteger)) id: number, @Body(CityChangePipe) change: CityChange): Promise<City> {
    return this.cities.change(id, change);
  }
}

function rounded(degrees: number): number {
  return Math.round(degrees * 100) / 100;
}
