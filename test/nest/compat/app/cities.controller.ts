import { CacheInterceptor, CacheKey, CacheTTL } from '@nestjs/cache-manager';
import { Controller, Get, type ExecutionContext, Param, ParseIntPipe, Post, UseInterceptors } from '@nestjs/common';
import { CitiesService } from './cities.service';

@Controller('cities')
@UseInterceptors(CacheInterceptor)
@CacheTTL(30_000)
export class CitiesController {
  constructor(private readonly cities: CitiesService) {}

  @Get()
  list() {
    return this.cities.all();
  }

  @Get('featured')
  @CacheKey('featured')
  @CacheTTL(() => 10_000)
  featured() {
    return this.cities.all()[0];
  }

  @Get('by-language')
  @CacheKey(
    (context: ExecutionContext) => `language:${context.switchToHttp().getRequest<{ query: { language: string } }>().query.language}`,
  )
  byLanguage() {
    return this.cities.all();
  }

  @Get('report')
  @CacheKey(() => undefined)
  report() {
    return this.cities.report();
  }

  @Get(':id')
  find(@Param('id', ParseIntPipe) id: number) {
    return this.cities.find(id);
  }

  @Get(':id/wrapped')
  wrapped(@Param('id', ParseIntPipe) id: number) {
    return this.cities.wrapped(id);
  }

  @Post('forget')
  forget() {
    return this.cities.forget();
  }

  @Post(':id')
  async rename(@Param('id', ParseIntPipe) id: number) {
    await this.cities.rename(id);
    return { renamed: id };
  }
}
