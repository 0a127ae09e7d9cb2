/** The types whose properties docs/options.md lists. */

/** One table: the properties of a type, and of the types of some of them (`primary.lruSize`). */
export interface OptionsTable {
  readonly title: string;
  readonly file: string;
  readonly type: string;
  readonly nested?: Readonly<Record<string, string>>;
  /** A type whose properties have a table elsewhere. */
  readonly without?: string;
  readonly intro?: string;
  /** The type of the first argument of a driver, whose comment says which forms it has. */
  readonly target?: readonly [name: string, file: string, type: string];
}

const lifeTitle = 'The life of entries, and loads';

export const lifeTable: OptionsTable = {
  title: lifeTitle,
  file: 'src/domain/options/options.ts',
  type: 'LifeOptions',
  intro: 'These options can be given on several levels. The innermost one holds: that of a call, then of its namespace, then of the cache.',
};

const callTables: readonly OptionsTable[] = [
  { title: 'set', file: 'src/domain/options/call-options.ts', type: 'SetOptions', without: 'LifeOptions' },
  { title: 'wrap, wrapEntry, memoize', file: 'src/domain/options/call-options.ts', type: 'WrapOptions', without: 'LifeOptions' },
  { title: 'memoize alone', file: 'src/domain/options/call-options.ts', type: 'MemoizeOptions', without: 'WrapOptions' },
  { title: 'setMany, for each item', file: 'src/domain/options/call-options.ts', type: 'CacheItem' },
  { title: 'delByTag', file: 'src/domain/options/call-options.ts', type: 'TagOptions' },
  { title: 'clear', file: 'src/domain/options/call-options.ts', type: 'ClearOptions' },
  { title: 'namespace', file: 'src/domain/options/options.ts', type: 'NamespaceOptions', without: 'LifeOptions' },
  { title: 'load.skip, in a loader', file: 'src/domain/reading/loader.ts', type: 'SkipOptions' },
];

export const tables: readonly OptionsTable[] = [
  {
    title: 'createCache, and CacheableModule.register',
    file: 'src/create-cache.ts',
    type: 'CreateCacheOptions',
    nested: { primary: 'PrimaryOptions', deadlines: 'DeadlineOptions', breaker: 'BreakerOptions' },
    without: 'LifeOptions',
    intro: `Level: the cache. The options of [the life of entries](#${idOf(lifeTitle)}) are given here too, as its defaults.`,
  },
  lifeTable,
  {
    title: 'CacheableModule, besides those of createCache',
    file: 'src/nest/module/cacheable.module-definition.ts',
    type: 'AsyncExtras',
    nested: { http: 'HttpCachingOptions' },
    intro:
      'Given to `register`, and to `registerAsync` beside `useFactory` (with `inject` and `imports`), `useClass` or `useExisting`, which make the options of `createCache`.',
  },
  ...callTables.map((table) => ({ ...table, title: `Calls: ${table.title}` })),
  {
    title: 'Drivers: redis(target, settings)',
    file: 'src/adapters/redis/redis-settings.ts',
    type: 'RedisSettings',
    target: ['target', 'src/adapters/redis/redis-target.ts', 'RedisTarget'],
  },
  {
    title: 'Drivers: nodeRedis(target, settings)',
    file: 'src/adapters/node-redis/node-redis.ts',
    type: 'NodeRedisSettings',
    target: ['target', 'src/adapters/node-redis/node-redis-target.ts', 'NodeRedisTarget'],
  },
  {
    title: 'Drivers: valkey(target, settings)',
    file: 'src/adapters/redis/redis-settings.ts',
    type: 'BusSettings',
    target: ['target', 'src/adapters/keyv/iovalkey-driver.ts', 'ValkeyTarget'],
  },
  {
    title: 'Drivers: keyv(store, settings)',
    file: 'src/adapters/keyv/keyv.ts',
    type: 'KeyvSettings',
    target: ['store', 'src/adapters/keyv/keyv-source.ts', 'KeyvLike'],
  },
  {
    title: 'Decorators: @Cacheable',
    file: 'src/nest/methods/declared/method-options.ts',
    type: 'CacheableOptions',
    without: 'LifeOptions',
  },
  { title: 'Decorators: @CachePut', file: 'src/nest/methods/declared/method-options.ts', type: 'CachePutOptions', without: 'LifeOptions' },
  { title: 'Decorators: @CacheEvict', file: 'src/nest/methods/declared/method-options.ts', type: 'CacheEvictOptions' },
  {
    title: 'Decorators: @CacheConfig',
    file: 'src/nest/methods/declared/cache-target.ts',
    type: 'CacheConfigOptions',
    without: 'LifeOptions',
  },
  { title: 'Decorators: @CacheTags', file: 'src/nest/decorators/cache-tags.decorator.ts', type: 'CacheTagsOptions' },
  { title: 'Decorators: @HttpCache', file: 'src/nest/decorators/handler.decorators.ts', type: 'HttpCacheOptions' },
  { title: 'Keys and encryption: aesGcmCipher({ keys })', file: 'src/adapters/crypto/key-ring.ts', type: 'AesGcmKey' },
  { title: 'Keys and encryption: hmacSanitizer', file: 'src/adapters/keys/sanitizers.ts', type: 'HmacSanitizerOptions' },
  { title: 'Keys and encryption: strictSanitizer', file: 'src/adapters/keys/sanitizers.ts', type: 'StrictSanitizerOptions' },
  { title: 'Operation: prometheus()', file: 'src/adapters/prometheus/prometheus.ts', type: 'PrometheusOptions' },
  {
    title: 'Operation: CacheableMetricsModule.register',
    file: 'src/nest/metrics/cacheable-metrics.module.ts',
    type: 'CacheableMetricsOptions',
  },
  {
    title: 'Operation: CacheableDashboardModule.register',
    file: 'src/nest/dashboard/dashboard-options.ts',
    type: 'CacheableDashboardOptions',
  },
  {
    title: 'Operation: CacheableHealthIndicator.isHealthy(key, options)',
    file: 'src/nest/terminus/cacheable.health.ts',
    type: 'CacheableHealthOptions',
  },
];

/** The places in which an option of a life can be given. */
export const levels: readonly (readonly [level: string, file: string, type: string])[] = [
  ['cache', 'src/create-cache.ts', 'CreateCacheOptions'],
  ['namespace', 'src/domain/options/options.ts', 'LifeOptions'],
  ['`wrap`', 'src/domain/options/call-options.ts', 'WrapOptions'],
  ['`set`', 'src/domain/options/call-options.ts', 'SetOptions'],
  ['`load.setLife`', 'src/domain/options/call-options.ts', 'LoadedLife'],
  ['`@CacheConfig`', 'src/nest/methods/declared/cache-target.ts', 'CacheConfigOptions'],
  ['`@Cacheable`', 'src/nest/methods/declared/method-options.ts', 'CacheableOptions'],
  ['`@CachePut`', 'src/nest/methods/declared/method-options.ts', 'CachePutOptions'],
];

export const decoratorFiles = ['src/nest/decorators/handler.decorators.ts', 'src/nest/decorators/cache-tags.decorator.ts'];

function idOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}
