import { expect } from 'chai';

import { deepFreeze } from '../../../src/domain/l1/isolated-local-store';
import { CacheError } from '../../../src/domain/cache-error';
import { normalizeOptions } from '../../../src/domain/options/normalize-options';
import type { CacheOptions } from '../../../src/domain/options/options';
import { silent } from '../../../src/ports/logger';
import { noMetrics } from '../../../src/ports/metrics-sink';
import { noTraces } from '../../../src/ports/traces';
import { FakeClock } from '../../../src/testing/fake-clock';
import { FakeDriver } from '../../../src/testing/fake-driver';
import { RecordingLogger } from '../../../src/testing/recording-logger';

const parts = { sanitizer: { sanitize: (key: string) => key }, logger: new RecordingLogger(), clock: new FakeClock() };

/** Arguments of a program without type checks. */
function normalize(given: unknown) {
  return normalizeOptions(given as CacheOptions, parts);
}

/** Every problem, as `path: expected …, got …`. */
function problemsOf(given: unknown): string[] {
  try {
    normalize(given);
  } catch (error) {
    expect(error).to.be.instanceOf(CacheError).with.property('code', 'CACHE_OPTION_INVALID');
    return (error as CacheError).message.replace('createCache: ', '').split('; ');
  }
  return [];
}

const aTtl = "a ttl above 0: milliseconds, a string like '30s' or '5m', or 'forever'";
const aDuration = "a duration above 0: milliseconds, or a string like '250ms', '30s', '5m', '2h', '1d'";

describe('normalizeOptions', () => {
  it('has a default for everything', () => {
    expect({ ...normalize({}), logger: undefined }).to.deep.equal({
      primary: { lruSize: 10_000, maxBytes: 134_217_728, bytesOf: undefined, useClone: false, freeze: false },
      secondary: undefined,
      namespace: 'tiercel',
      life: {
        ttlMs: 300_000,
        primaryTtlMs: undefined,
        jitter: 0,
        staleWhileRevalidateMs: 0,
        staleIfErrorMs: 0,
        softTimeoutMs: Infinity,
        hardTimeoutMs: Infinity,
        retryAfterErrorMs: 10_000,
        refreshAhead: undefined,
        waitsForOthers: false,
        schema: undefined,
        version: undefined,
      },
      sharesTags: false,
      maxTtlMs: Infinity,
      nonBlocking: false,
      degradedTtlMs: 5_000,
      maxPending: 10_000,
      deadlines: { readMs: 250, writeMs: 1_000, clearMs: 30_000, closeMs: 2_000 },
      breaker: { failureRate: 0.5, minimumCalls: 10, windowMs: 10_000, slowCallRatio: 0.9, resetTimeoutMs: 5_000 },
      startup: 'lazy',
      startupTimeoutMs: 10_000,
      sanitizer: parts.sanitizer,
      cipher: undefined,
      maxPayloadBytes: 1_048_576,
      metrics: noMetrics,
      observer: undefined,
      traces: noTraces,
      logger: undefined,
      clock: parts.clock,
    });
  });

  it('logs all to the logger that it was given, and warnings and errors to that of its surroundings', () => {
    const given = new RecordingLogger();

    for (const settings of [normalize({}), normalize({ logger: given })]) {
      for (const level of ['debug', 'info', 'warn', 'error'] as const) settings.logger[level](`a ${level}`);
    }

    expect(given.lines.map(({ level, message }) => `${level}: ${message}`)).to.deep.equal([
      'debug: a debug',
      'info: a info',
      'warn: a warn',
      'error: a error',
    ]);
    expect(parts.logger.lines.map(({ message }) => message)).to.deep.equal(['a warn', 'a error']);
  });

  it('turns every duration into milliseconds', () => {
    const settings = normalize({
      ttl: { primary: '10s', secondary: 'forever' },
      jitter: '1s',
      staleWhileRevalidate: '1m',
      staleIfError: '1d',
      softTimeout: '100ms',
      hardTimeout: '2s',
      retryAfterError: '1s',
      refreshAhead: 0.8,
      acrossProcesses: 'wait',
      maxTtl: '1d',
      degradedTtl: '2s',
      deadlines: { read: '100ms', close: 1 },
      breaker: { window: '1m' },
    });

    expect(settings.life).to.deep.equal({
      ttlMs: Infinity,
      primaryTtlMs: 10_000,
      jitter: 1_000,
      staleWhileRevalidateMs: 60_000,
      staleIfErrorMs: 86_400_000,
      softTimeoutMs: 100,
      hardTimeoutMs: 2_000,
      retryAfterErrorMs: 1_000,
      refreshAhead: 0.8,
      waitsForOthers: true,
      schema: undefined,
      version: undefined,
    });
    expect(settings).to.deep.include({ maxTtlMs: 86_400_000, degradedTtlMs: 2_000 });
    expect(settings.deadlines).to.deep.equal({ readMs: 100, writeMs: 1_000, clearMs: 30_000, closeMs: 1 });
    expect(settings.breaker).to.include({ windowMs: 60_000, failureRate: 0.5 });
  });

  it('bounds the memory of L1 so that its number of entries can be reached', () => {
    const maxBytesFor = (primary: CacheOptions['primary']): number => normalize(primary === undefined ? {} : { primary }).primary.maxBytes;

    expect([maxBytesFor({ lruSize: 10 }), maxBytesFor({ lruSize: 1_000_000 })]).to.deep.equal([134_217_728, 1_024_000_000]);
    expect(maxBytesFor({ lruSize: 1_000_000, maxBytes: 50_000_000 })).to.equal(50_000_000);
    expect(problemsOf({ primary: { maxBytes: '1 GB' } })).to.deep.equal([
      "primary.maxBytes: expected a whole number from 1024 to 9007199254740991, got '1 GB'",
    ]);
  });

  it('keeps parts as they are given', () => {
    const given = { secondary: new FakeDriver({ clock: parts.clock }), clock: new FakeClock() };

    expect(normalize(given)).to.include(given);
  });

  it('understands false for the breaker and for the logger', () => {
    expect(normalize({ breaker: false, logger: false })).to.include({ breaker: false, logger: silent });
  });

  it('takes undefined for an option that was not given', () => {
    const settings = normalize({ ttl: undefined, primary: undefined, breaker: undefined });

    expect({ ...settings, logger: undefined }).to.deep.equal({ ...normalize({}), logger: undefined });
  });

  it("neither keeps nor changes the caller's options", () => {
    const given = { ttl: { primary: '1s' }, primary: { lruSize: 5 }, deadlines: { read: 1 }, breaker: { failureRate: 0.1 } } as const;
    const before = structuredClone(given);

    const settings = normalize(deepFreeze(given));

    expect(given).to.deep.equal(before);
    expect([settings.primary, settings.deadlines, settings.breaker]).to.not.include.members([
      given.primary,
      given.deadlines,
      given.breaker,
    ]);
    expect(settings).to.be.frozen;
    expect(settings.primary).to.be.frozen;
  });

  it('lists every problem in one error, with path, expectation and given value', () => {
    const wrong = {
      ttl: 0,
      jitter: -1,
      staleWhileRevalidate: '5 minutes',
      refreshAhead: 1,
      acrossProcesses: 'never',
      primary: { lruSize: 0, useClone: 'yes', freeze: 1, lruSise: 10 },
      secondary: {},
      namespace: 'shop:',
      maxTtl: NaN,
      nonBlocking: null,
      degradedTtl: Infinity,
      maxPending: 1.5,
      deadlines: { read: 0, write: -1, clear: [], close: '2 s', open: 1 },
      breaker: { failureRate: 2, minimumCalls: '10', window: {}, slowCallRatio: 0, resetTimeout: () => 1 },
      startup: 'eager',
      startupTimeout: '0s',
      sanitizer: () => 'key',
      cipher: { seal: () => '' },
      metrics: [],
      traces: 'yes',
      logger: true,
      clock: Date,
      timeToLive: 5,
    };

    expect(problemsOf(wrong)).to.have.members([
      'timeToLive: expected one of ttl, jitter, staleWhileRevalidate, staleIfError, softTimeout, hardTimeout, retryAfterError, refreshAhead, acrossProcesses, schema, version, primary, secondary, namespace, sharedTags, maxTtl, nonBlocking, degradedTtl, maxPending, deadlines, breaker, startup, startupTimeout, sanitizer, cipher, encryption, maxPayloadBytes, metrics, traces, logger, logLevel, clock, got 5',
      `ttl: expected ${aTtl}, got 0`,
      'jitter: expected a duration, or a fraction below 1 of the ttl, got -1',
      "staleWhileRevalidate: expected a duration: milliseconds from 0, or a string like '250ms', '30s', '5m', '2h', '1d', got '5 minutes'",
      'refreshAhead: expected a fraction above 0 and below 1, got 1',
      "acrossProcesses: expected 'wait' or 'load', got 'never'",
      "primary.lruSise: expected a known option (did you mean 'lruSize'?), got 10",
      'primary.lruSize: expected a whole number from 1 to 16777216, got 0',
      "primary.useClone: expected true or false, got 'yes'",
      'primary.freeze: expected true or false, got 1',
      'secondary: expected a driver such as redis(url), or a Keyv adapter (an object with open, close), got an object',
      "namespace: expected letters, digits, '_', '.' and '-' (1 to 64 of them), in segments joined by ':', none of them like 'v1', got 'shop:'",
      `maxTtl: expected ${aDuration}, got NaN`,
      'nonBlocking: expected true or false, got null',
      `degradedTtl: expected ${aDuration}, got Infinity`,
      'maxPending: expected a whole number from 1 to 10000000, got 1.5',
      'deadlines.open: expected one of read, write, clear, close, got 1',
      `deadlines.read: expected ${aDuration}, got 0`,
      `deadlines.write: expected ${aDuration}, got -1`,
      `deadlines.clear: expected ${aDuration}, got an array of 0`,
      `deadlines.close: expected ${aDuration}, got '2 s'`,
      'breaker.failureRate: expected a fraction above 0 and up to 1, got 2',
      "breaker.minimumCalls: expected a whole number from 1 to 1000000, got '10'",
      `breaker.window: expected ${aDuration}, got an object`,
      'breaker.slowCallRatio: expected a fraction above 0 and up to 1, got 0',
      `breaker.resetTimeout: expected ${aDuration}, got a function`,
      "startup: expected 'lazy' or 'require', got 'eager'",
      `startupTimeout: expected ${aDuration}, got '0s'`,
      'sanitizer: expected a key sanitizer (an object with sanitize), got a function',
      'cipher: expected a cipher (an object with seal, open), got an object',
      'metrics: expected a metrics sink (an object with record, or observe), got an array of 0',
      'traces: expected otelTraces(), true or false (an object with spansOf), got a string of 3 characters',
      'logger: expected a logger, or false (an object with debug, info, warn, error), got true',
      'clock: expected a clock (an object with now, elapsed, precise, schedule), got a function',
    ]);
  });

  for (const given of [0, -1, NaN, Infinity, '0s', '', '5', 'Forever', null, true, [], ['5m'], Number.MAX_SAFE_INTEGER]) {
    it(`refuses ${JSON.stringify(given)} (${String(given)}) as a ttl, in every place for one`, () => {
      expect(problemsOf({ ttl: given })).to.have.length(1);
      // L1 may have no time at all, and L2 does the work.
      expect(problemsOf({ ttl: { primary: given } })).to.have.length(given === 0 || given === '0s' ? 0 : 1);
      expect(problemsOf({ ttl: { secondary: given } })).to.have.length(1);
    });
  }

  it('refuses an L1 ttl that is longer than the L2 ttl', () => {
    expect(problemsOf({ ttl: { primary: '2m', secondary: '1m' } })).to.deep.equal([
      'ttl: expected a primary no longer than the secondary, got the opposite',
    ]);
  });

  it('refuses contradicting options', () => {
    expect(problemsOf({ primary: { useClone: true, freeze: true }, startup: 'require' })).to.deep.equal([
      'primary: expected useClone or freeze, got both: a clone would not be frozen',
      "startup: expected a secondary to wait for, or 'lazy', got 'require' without a secondary",
    ]);
  });

  it('takes what contradicts nothing', () => {
    const secondary = new FakeDriver({ clock: parts.clock });
    const cipher = { seal: String, open: String };
    expect(problemsOf({ primary: { useClone: true }, startup: 'require', secondary, encryption: 'required', cipher })).to.deep.equal([]);
  });

  it('refuses to seal everything without a cipher, and a size in bytes that is no function', () => {
    expect(problemsOf({ encryption: 'required' })).to.deep.equal(["cipher: expected one, because encryption is 'required', got none"]);
    expect(problemsOf({ primary: { bytesOf: 100 } })).to.deep.equal([
      'primary.bytesOf: expected a function that returns the bytes of a value, got 100',
    ]);
  });

  it('keeps the parts that it was given, and makes a sanitizer safe', () => {
    const bytesOf = (): number => 1;
    const traces = { spansOf: () => undefined };
    const settings = normalize({ primary: { bytesOf }, traces, sanitizer: { sanitize: () => '' } });

    expect([settings.primary.bytesOf === bytesOf, settings.traces === (traces as unknown)]).to.deep.equal([true, true]);
    expect(() => settings.sanitizer.sanitize('a')).to.throw('key: the key sanitizer gave an empty string');
    expect(normalize({ traces: false }).traces).to.equal(noTraces);
  });

  it('takes metrics for a sink, an observer or both, by their methods', () => {
    const record = (): void => undefined;
    const observe = () => record;
    const uses = (metrics: object): boolean[] => {
      const settings = normalize({ metrics });
      return [settings.metrics !== noMetrics, settings.observer === metrics];
    };

    expect([uses({ record }), uses({ observe }), uses({ record, observe })]).to.deep.equal([
      [true, false],
      [false, true],
      [true, true],
    ]);
    for (const metrics of [null, {}, { record: 5 }, 'record']) expect(problemsOf({ metrics })).to.have.length(1);
  });

  for (const given of [undefined, null, 'redis', 5, [], () => ({})]) {
    it(`refuses ${typeof given === 'function' ? 'a function' : JSON.stringify(given)} instead of options`, () => {
      expect(problemsOf(given)[0]).to.match(/^options: expected an object, got/);
    });
  }

  it('names the nearest known option', () => {
    const guesses = { TTL: 'ttl', nameSpace: 'namespace', maxTTL: 'maxTtl', secundary: 'secondary', nonblocking: 'nonBlocking' };

    for (const [given, meant] of Object.entries(guesses)) {
      expect(problemsOf({ [given]: 1 })).to.deep.equal([`${given}: expected a known option (did you mean '${meant}'?), got 1`]);
    }
  });

  it('repeats no secret, wherever one stands by mistake', () => {
    const secret = 'hunter2';
    const misplaced = {
      secondary: secret,
      cipher: secret,
      metrics: secret,
      traces: secret,
      logger: secret,
      sanitizer: secret,
      clock: secret,
      primary: secret,
      deadlines: secret,
      breaker: secret,
      password: secret,
      cypher: secret,
      namespace: `redis://:${secret}@localhost`,
      ttl: `redis://:${secret}@localhost`,
      startup: `redis://:${secret}@localhost`,
    };

    const problems = problemsOf(misplaced);

    expect(problems).to.have.length(Object.keys(misplaced).length);
    expect(problems.join()).to.not.include(secret);
  });
});
