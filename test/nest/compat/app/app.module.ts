import { CacheModule } from '@nestjs/cache-manager';
import { Module } from '@nestjs/common';
import { KeyvCacheableMemory } from 'cacheable';
import { CitiesController } from './cities.controller';
import { CitiesService } from './cities.service';
import { ReportsController } from './reports.controller';
import { ReportsService } from './reports.service';
import { SettingsModule } from './settings.module';
import { TenantInterceptor } from './tenant.interceptor';
import { CacheSettings } from './cache-settings';

@Module({
  imports: [CacheModule.register({ stores: [new KeyvCacheableMemory({ lruSize: 100 })], ttl: 60_000 })],
  controllers: [ReportsController],
  providers: [ReportsService, TenantInterceptor],
})
class ReportsModule {}

@Module({
  imports: [CacheModule.registerAsync({ isGlobal: true, imports: [SettingsModule], useExisting: CacheSettings }), ReportsModule],
  controllers: [CitiesController],
  providers: [CitiesService],
})
export class AppModule {}
