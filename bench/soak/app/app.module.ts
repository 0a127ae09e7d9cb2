import { Module, type DynamicModule } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { CacheableModule } from 'tiercel/nest';
import { redis } from 'tiercel/redis';
import { Versions } from '../versions';
import { Database } from './database';
import { KeysController, ManyKeysController } from './keys.controller';
import { withMistake } from './mistakes';
import type { InstanceSettings } from './settings';
import { FactsInterceptor } from './facts.interceptor';
import { VitalsController } from './vitals.controller';
import { BusRecorder } from './bus-recorder';
import { PendingKeys } from './pending-keys';

@Module({
  controllers: [KeysController, ManyKeysController, VitalsController],
  providers: [Database, PendingKeys, { provide: APP_INTERCEPTOR, useClass: FactsInterceptor }],
})
export class AppModule {
  static with({ lruSize, mistake, url, versions }: InstanceSettings): DynamicModule {
    const recorder = new BusRecorder();
    const secondary = withMistake(recorder.watch(redis(url)), mistake);
    return {
      module: AppModule,
      imports: [CacheableModule.register({ secondary, primary: { lruSize }, namespace: 'soak' })],
      providers: [
        { provide: BusRecorder, useValue: recorder },
        { provide: Versions, useValue: Versions.open(versions) },
      ],
    };
  }
}
