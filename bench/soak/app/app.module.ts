import { Module, type DynamicModule } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { CacheableModule } from 'tiercel/nest';
import { redis } from 'tiercel/redis';
import { Versions } from '../versions';
import { Database } from './database';
import { KeysController } from './keys.controller';
import { withMistake } from './mistakes';
import type { InstanceSettings } from './settings';
import { TestimonyInterceptor } from './testimony.interceptor';
import { VitalsController } from './vitals.controller';
import { Witness } from './witness';

@Module({
  controllers: [KeysController, VitalsController],
  providers: [Database, { provide: APP_INTERCEPTOR, useClass: TestimonyInterceptor }],
})
export class AppModule {
  static with({ lruSize, mistake, url, versions }: InstanceSettings): DynamicModule {
    const witness = new Witness();
    const secondary = withMistake(witness.watch(redis(url)), mistake);
    return {
      module: AppModule,
      imports: [CacheableModule.register({ secondary, primary: { lruSize }, namespace: 'soak' })],
      providers: [
        { provide: Witness, useValue: witness },
        { provide: Versions, useValue: Versions.open(versions) },
      ],
    };
  }
}
