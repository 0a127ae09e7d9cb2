import { Module, type DynamicModule } from '@nestjs/common';
import { CacheableModule } from 'tiercel/nest';
import { CacheableDashboardModule } from 'tiercel/nest/dashboard';
import { CacheableMetricsModule } from 'tiercel/nest/metrics';
import { Address } from './address';
import { CacheLog } from './cache-log';
import { cacheOptions } from './cache-options';
import { CitiesController } from './cities.controller';
import { CitiesRepository } from './cities.repository';
import { CitiesService } from './cities.service';
import { CountriesController } from './countries.controller';
import { Database } from './database';
import { HomeController } from './home.controller';
import { PromptEnd } from './prompt-end';

@Module({
  controllers: [HomeController, CitiesController, CountriesController],
  providers: [Address, CacheLog, CitiesRepository, CitiesService, PromptEnd],
})
export class AppModule {
  /** @param database - that several instances may share; whoever opened it closes it */
  static over(database: Database, environment: NodeJS.ProcessEnv): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CacheableModule.register(cacheOptions(environment)),
        CacheableMetricsModule.register({ path: '/metrics' }),
        // What the example caches is public, and so is its page.
        CacheableDashboardModule.register({ path: '/cache', showValues: true, allowUnauthenticated: true }),
      ],
      providers: [{ provide: Database, useValue: database }],
    };
  }
}
