import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

interface PackageJson {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly typesVersions: { readonly '*': Readonly<Record<string, readonly string[]>> };
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as PackageJson;

/** Every value that users can import. Changing this list is changing the public API. */
const publicApi: Readonly<Record<string, readonly string[]>> = {
  '.': ['Cache', 'CacheError', 'aesGcmCipher', 'createCache', 'escapingSanitizer', 'fromCacheable', 'hmacSanitizer', 'strictSanitizer'],
  './redis': ['redis'],
  './node-redis': ['nodeRedis'],
  './valkey': ['valkey'],
  './keyv': ['keyv'],
  './nest': [
    'CacheConfig',
    'CacheEvict',
    'CacheKey',
    'CachePut',
    'CacheScope',
    'CacheTTL',
    'CacheTags',
    'CacheVary',
    'Cacheable',
    'CacheableInterceptor',
    'CacheableModule',
    'CacheableService',
    'HttpCache',
    'InjectCache',
    'NoCache',
    'UseCache',
    'getCacheToken',
  ],
  './nest/compat': [
    'CACHE_KEY_METADATA',
    'CACHE_MANAGER',
    'CACHE_MODULE_OPTIONS',
    'CACHE_TTL_METADATA',
    'Cache',
    'CacheInterceptor',
    'CacheKey',
    'CacheModule',
    'CacheTTL',
  ],
  './nest/metrics': ['CacheableMetricsModule'],
  './nest/dashboard': ['CacheableDashboardModule'],
  './nest/terminus': ['CacheableHealthIndicator'],
  './otel': ['otelMetrics', 'otelTraces'],
  './prometheus': ['prometheus'],
  './testing': [
    'FakeBus',
    'FakeClock',
    'FakeDriver',
    'FakeLocalStore',
    'FakeMedium',
    'FakeProbe',
    'FakeStore',
    'RecordingLogger',
    'busContract',
    'cipherContract',
    'clockContract',
    'driverContract',
    'healthProbeContract',
    'keySanitizerContract',
    'localStoreContract',
    'storeContract',
    'testKey',
  ],
};

function inFreshProcess(script: string): string {
  return execFileSync(process.execPath, ['--input-type=commonjs', '-e', script], { encoding: 'utf8' }).trim();
}

function specifier(entry: string): string {
  return entry === '.' ? 'tiercel' : `tiercel${entry.slice(1)}`;
}

describe('the public API', () => {
  const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json');

  it('has the entries that the list names', () => {
    expect(entries).to.have.members(Object.keys(publicApi));
  });

  for (const entry of entries) {
    it(`exports exactly the listed names from ${specifier(entry)}`, () => {
      const names = inFreshProcess(`console.log(Object.keys(require('${specifier(entry)}')).sort().join())`);

      expect(names.split(',')).to.deep.equal([...(publicApi[entry] ?? [])].sort());
    });
  }

  it('is found by tools that do not read exports', () => {
    const subpaths = entries.filter((entry) => entry !== '.').map((entry) => entry.slice(2));

    expect(Object.keys(manifest.typesVersions['*'])).to.have.members(subpaths);
  });

  it('loads no optional peer with the core', () => {
    const loaded = inFreshProcess(`require('tiercel'); console.log(Object.keys(require.cache).join('\\n'))`);

    for (const peer of Object.keys(manifest.peerDependencies)) expect(loaded).not.to.contain(`/node_modules/${peer}/`);
    expect(loaded).not.to.contain('/node_modules/@opentelemetry/');
  });

  it('can be imported by name from an ES module', () => {
    const script = `import { createCache } from 'tiercel'; import { redis } from 'tiercel/redis'; console.log(typeof createCache, typeof redis)`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).trim();

    expect(printed).to.equal('function function');
  });
});
