import { silent, type Logger } from '../../ports/logger';
import type { MetricsObserver } from '../../ports/metrics-observer';
import { noMetrics, type MetricsSink } from '../../ports/metrics-sink';
import { type Traces, noTraces } from '../../ports/traces';
import { lifeFields, overrideLife } from './life-options';
import {
  check,
  type Check,
  type CheckContext,
  either,
  flag,
  fraction,
  methods,
  namespaceName,
  oneOf,
  optional,
  parseOptions,
  positiveDuration,
  section,
  shape,
  wholeNumber,
} from './option-checks';
import type { DeadlineOptions, BreakerOptions, CacheOptions } from './options';
import { infoMethod, logLevels, safeLogger, safeMetrics, safeSanitizer, type LoggerLike } from './safe-parts';
import type { CacheSettings, LifeSettings, BreakerSettings } from './settings';

/** The parts that only the composition root can supply. */
type DefaultParts = Pick<CacheSettings, 'sanitizer' | 'logger' | 'clock'>;

const defaultLife: LifeSettings = {
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
};

const bytesOf = check('a function that returns the bytes of a value', (given) =>
  typeof given === 'function' ? (given as (value: unknown) => number) : undefined,
);

const primary = shape({
  // CacheableMemory keeps its entries in one Map, and that is how many a Map can hold.
  lruSize: optional(wholeNumber(1, 16_777_216), 10_000),
  maxBytes: optional(wholeNumber(1_024, Number.MAX_SAFE_INTEGER), undefined),
  bytesOf: optional(bytesOf, undefined),
  useClone: optional(flag, false),
  freeze: optional(flag, false),
});

const deadlines = shape<Required<Record<keyof DeadlineOptions, number>>>({
  read: optional(positiveDuration, 250),
  write: optional(positiveDuration, 1_000),
  clear: optional(positiveDuration, 30_000),
  close: optional(positiveDuration, 2_000),
});

const breaker = shape<Required<Record<keyof BreakerOptions, number>>>({
  failureRate: optional(fraction('up to 1'), 0.5),
  minimumCalls: optional(wholeNumber(1, 1_000_000), 10),
  window: optional(positiveDuration, 10_000),
  slowCallRatio: optional(fraction('up to 1'), 0.9),
  resetTimeout: optional(positiveDuration, 5_000),
});

const loggerLike: Check<LoggerLike> = (given, context) =>
  methods<LoggerLike>('a logger, or false', 'debug', infoMethod(given), 'warn', 'error')(given, context);

interface MetricsTarget {
  readonly sink?: MetricsSink;
  readonly observer?: MetricsObserver;
}

/** Decided by the methods that the object has; one with `record` and `observe` is used as both. */
const metricsTarget: Check<MetricsTarget> = (given, context) => {
  const has = (method: string): boolean => typeof given === 'object' && given !== null && typeof Reflect.get(given, method) === 'function';
  if (!has('record') && !has('observe')) return methods<never>('a metrics sink', 'record, or observe')(given, context);
  return { ...(has('record') && { sink: given as MetricsSink }), ...(has('observe') && { observer: given as MetricsObserver }) };
};

const cacheOptions = shape({
  ...lifeFields,
  primary: section(primary),
  secondary: optional(
    methods<NonNullable<CacheOptions['secondary']>>('a driver such as redis(url), or a Keyv adapter', 'open', 'close'),
    undefined,
  ),
  namespace: optional(namespaceName, 'tiercel'),
  sharedTags: optional(flag, false),
  maxTtl: optional(positiveDuration, Infinity),
  nonBlocking: optional(flag, false),
  degradedTtl: optional(positiveDuration, 5_000),
  maxPending: optional(wholeNumber(1, 10_000_000), 10_000),
  deadlines: section(deadlines),
  breaker: either(false as const, section(breaker)),
  startup: optional(oneOf('lazy', 'require'), 'lazy' as const),
  startupTimeout: optional(positiveDuration, 10_000),
  sanitizer: optional(methods<NonNullable<CacheOptions['sanitizer']>>('a key sanitizer', 'sanitize'), undefined),
  cipher: optional(methods<NonNullable<CacheOptions['cipher']>>('a cipher', 'seal', 'open'), undefined),
  encryption: optional(oneOf('required', 'optional'), 'optional' as const),
  maxPayloadBytes: optional(wholeNumber(1, 536_870_912), 1_048_576),
  metrics: optional<MetricsTarget, MetricsTarget>(metricsTarget, {}),
  traces: optional(either(false as const, methods<Traces>('otelTraces(), true or false', 'spansOf')), false as const),
  logger: optional(either(false as const, loggerLike), undefined),
  logLevel: optional(oneOf(...logLevels), undefined),
  clock: optional(methods<NonNullable<CacheOptions['clock']>>('a clock', 'now', 'elapsed', 'precise', 'schedule'), undefined),
});

/**
 * The settings of a cache: each option checked, with its default, and durations in milliseconds. The caller's object is neither kept nor changed.
 * @throws CacheError `CACHE_OPTION_INVALID`, with all problems in one message
 */
export function normalizeOptions(given: CacheOptions, parts: DefaultParts): CacheSettings {
  const options = parseOptions('createCache', cacheOptions, given, findContradictions);
  const logger = loggerOf(options, parts.logger);
  return Object.freeze({
    primary: primaryOf(options.primary),
    secondary: options.secondary,
    namespace: options.namespace,
    life: overrideLife(defaultLife, options),
    sharesTags: options.sharedTags,
    maxTtlMs: options.maxTtl,
    nonBlocking: options.nonBlocking,
    degradedTtlMs: options.degradedTtl,
    maxPending: options.maxPending,
    deadlines: inMs(options.deadlines),
    breaker: options.breaker && breakerInMs(options.breaker),
    startup: options.startup,
    startupTimeoutMs: options.startupTimeout,
    sanitizer: options.sanitizer === undefined ? parts.sanitizer : safeSanitizer(options.sanitizer, logger),
    cipher: options.cipher,
    maxPayloadBytes: options.maxPayloadBytes,
    metrics: options.metrics.sink === undefined ? noMetrics : safeMetrics(options.metrics.sink, logger),
    observer: options.metrics.observer,
    traces: options.traces === false ? noTraces : options.traces,
    logger,
    clock: options.clock ?? parts.clock,
  });
}

/** Large enough that with small values `lruSize` is the limit, and small enough for a container. */
function primaryOf(given: ReturnType<typeof primary>): CacheSettings['primary'] {
  return Object.freeze({ ...given, maxBytes: given.maxBytes ?? Math.max(134_217_728, 1_024 * given.lruSize) });
}

function loggerOf({ logger, logLevel }: ReturnType<typeof cacheOptions>, defaultLogger: Logger): Logger {
  if (logger === false) return silent;
  return logger === undefined ? safeLogger(defaultLogger, logLevel ?? 'warn') : safeLogger(logger, logLevel ?? 'debug');
}

function findContradictions(options: ReturnType<typeof cacheOptions>, { problems }: CheckContext): void {
  if (options.primary.useClone && options.primary.freeze) {
    problems.push({ path: 'primary', expected: 'useClone or freeze', given: 'both: a clone would not be frozen' });
  }
  if (options.encryption === 'required' && options.cipher === undefined) {
    problems.push({ path: 'cipher', expected: "one, because encryption is 'required'", given: 'none' });
  }
  if (options.startup === 'require' && options.secondary === undefined) {
    problems.push({ path: 'startup', expected: "a secondary to wait for, or 'lazy'", given: "'require' without a secondary" });
  }
}

function inMs(given: ReturnType<typeof deadlines>): CacheSettings['deadlines'] {
  return { readMs: given.read, writeMs: given.write, clearMs: given.clear, closeMs: given.close };
}

function breakerInMs({ window, resetTimeout, ...given }: ReturnType<typeof breaker>): BreakerSettings {
  return { ...given, windowMs: window, resetTimeoutMs: resetTimeout };
}
