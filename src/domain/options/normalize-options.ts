import { silent, type Logger } from '../../ports/logger';
import type { MetricsObserver } from '../../ports/metrics-observer';
import { noMetrics, type MetricsSink } from '../../ports/metrics-sink';
import { type Traces, noTraces } from '../../ports/traces';
import { CacheError } from '../cache-error';
import { lifeFields, overrideLife } from './life-options';
import { isNamespace, namespaceRule } from './namespace';
import {
  flag,
  optional,
  shape,
  wholeNumber,
  positiveDuration,
  fraction,
  methods,
  type Check,
  check,
  either,
  oneOf,
  section,
  type OptionProblem,
  type Door,
} from './option-checks';
import type { DeadlineOptions, BreakerOptions, LoggerLike, CacheOptions } from './options';
import { infoMethod, logLevels, guardedLogger } from './safe-logger';
import { guardedMetrics } from './safe-metrics';
import { guardedSanitizer } from './safe-sanitizer';
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
  schema: undefined,
  version: undefined,
};

const primary = shape({
  // CacheableMemory keeps its entries in one Map, and that is how many a Map can hold.
  lruSize: optional(wholeNumber(1, 16_777_216), 10_000),
  maxBytes: optional(wholeNumber(1_024, Number.MAX_SAFE_INTEGER), undefined),
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

const loggerLike: Check<LoggerLike> = (given, door) =>
  methods<LoggerLike>('a logger, or false', 'debug', infoMethod(given), 'warn', 'error')(given, door);

/** One that can do both does both. */
const metricsLike: Check<NonNullable<CacheOptions['metrics']>> = (given, door) =>
  methods<NonNullable<CacheOptions['metrics']>>('a metrics sink', isObserver(given) ? 'observe' : 'record')(given, door);

const cacheOptions = shape({
  ...lifeFields,
  primary: section(primary),
  secondary: optional(
    methods<NonNullable<CacheOptions['secondary']>>('a driver such as redis(url), or a Keyv adapter', 'open', 'close'),
    undefined,
  ),
  namespace: optional(
    check(namespaceRule, (given) => (isNamespace(given) ? given : undefined)),
    'tiercel',
  ),
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
  metrics: optional(metricsLike, undefined),
  traces: optional(either(false as const, methods<Traces>('otelTraces(), true or false', 'spansOf')), false as const),
  logger: optional(either(false as const, loggerLike), undefined),
  logLevel: optional(oneOf(...logLevels), undefined),
  clock: optional(methods<NonNullable<CacheOptions['clock']>>('a clock', 'now', 'elapsed', 'precise', 'schedule'), undefined),
});

/**
 * The door: past it every option is there, in milliseconds, and right.
 * The caller's object is neither kept nor changed.
 * @throws CacheError `CACHE_OPTION_INVALID`, with all problems in one message
 */
export function normalizeOptions(given: CacheOptions, parts: DefaultParts): CacheSettings {
  const problems: OptionProblem[] = [];
  const options = cacheOptions(given, { path: '', problems });
  if (problems.length === 0) findContradictions(options, { path: '', problems });
  if (problems.length > 0) throw invalidOptions('createCache', problems);
  const logger = loggerOf(options, parts.logger);
  return Object.freeze({
    primary: primaryOf(options.primary),
    secondary: options.secondary,
    namespace: options.namespace,
    life: overrideLife(defaultLife, options),
    maxTtlMs: options.maxTtl,
    nonBlocking: options.nonBlocking,
    degradedTtlMs: options.degradedTtl,
    maxPending: options.maxPending,
    deadlines: inMs(options.deadlines),
    breaker: options.breaker && breakerInMs(options.breaker),
    startup: options.startup,
    startupTimeoutMs: options.startupTimeout,
    sanitizer: options.sanitizer === undefined ? parts.sanitizer : guardedSanitizer(options.sanitizer, logger),
    cipher: options.cipher,
    maxPayloadBytes: options.maxPayloadBytes,
    metrics: isSink(options.metrics) ? guardedMetrics(options.metrics, logger) : noMetrics,
    observer: isObserver(options.metrics) ? options.metrics : undefined,
    traces: options.traces === false ? noTraces : options.traces,
    logger,
    clock: options.clock ?? parts.clock,
  });
}

/** Large enough that with small values `lruSize` is what counts, and small enough for a container. */
function primaryOf(given: ReturnType<typeof primary>): CacheSettings['primary'] {
  return Object.freeze({ ...given, maxBytes: given.maxBytes ?? Math.max(134_217_728, 1_024 * given.lruSize) });
}

function isSink(given: unknown): given is MetricsSink {
  return typeof given === 'object' && given !== null && 'record' in given;
}

function isObserver(given: unknown): given is MetricsObserver {
  return typeof given === 'object' && given !== null && 'observe' in given;
}

function loggerOf({ logger, logLevel }: ReturnType<typeof cacheOptions>, defaultLogger: Logger): Logger {
  if (logger === false) return silent;
  return logger === undefined ? guardedLogger(defaultLogger, logLevel ?? 'warn') : guardedLogger(logger, logLevel ?? 'debug');
}

/** @param where - the call whose options these are */
export function invalidOptions(where: string, problems: readonly OptionProblem[]): CacheError {
  const lines = problems.map(({ path, expected, given }) => `${path || 'options'}: expected ${expected}, got ${given}`);
  return new CacheError('CACHE_OPTION_INVALID', `${where}: ${lines.join('; ')}`);
}

function findContradictions(options: ReturnType<typeof cacheOptions>, door: Door): void {
  if (options.primary.useClone && options.primary.freeze) {
    door.problems.push({ path: 'primary', expected: 'useClone or freeze', given: 'both: a clone would not be frozen' });
  }
  if (options.encryption === 'required' && options.cipher === undefined) {
    door.problems.push({ path: 'cipher', expected: "one, because encryption is 'required'", given: 'none' });
  }
  if (options.startup === 'require' && options.secondary === undefined) {
    door.problems.push({ path: 'startup', expected: "a secondary to wait for, or 'lazy'", given: "'require' without a secondary" });
  }
}

function inMs(given: ReturnType<typeof deadlines>): CacheSettings['deadlines'] {
  return { readMs: given.read, writeMs: given.write, clearMs: given.clear, closeMs: given.close };
}

function breakerInMs({ window, resetTimeout, ...given }: ReturnType<typeof breaker>): BreakerSettings {
  return { ...given, windowMs: window, resetTimeoutMs: resetTimeout };
}
