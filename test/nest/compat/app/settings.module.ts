import { Module } from '@nestjs/common';
import { CacheSettings } from './cache-settings';

@Module({ providers: [CacheSettings], exports: [CacheSettings] })
export class SettingsModule {}
