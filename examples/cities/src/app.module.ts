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
  /** @param database - which several instances may share; the caller closes it */
  static over(database: Database, environment: NodeJS.ProcessEnv): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CacheableModule.register(cacheOptions(environment)),
        CacheableMetricsModule.register({ path: '/metrics' }),
        // The data of the example is public, and so is the page.
        CacheableDashboardModule.register({ path: '/cache', showValues: true, allowUnauthenticated: true }),
      ],
      providers: [{ provide: Database, useValue: database }],
    };
  }
}
