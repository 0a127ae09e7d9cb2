import * as ioredis5 from 'ioredis';
import * as ioredis6 from 'ioredis-6';
import type { IoredisModule } from '../../../src/adapters/redis/redis';

/** The supported majors. Their types differ in generics that are not used here. */
export const ioredisVersions: readonly { readonly version: string; readonly ioredis: IoredisModule }[] = [
  { version: 'ioredis 5', ioredis: ioredis5 },
  { version: 'ioredis 6', ioredis: ioredis6 as unknown as IoredisModule },
];
