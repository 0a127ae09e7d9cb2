import type { Cipher } from '../../ports/cipher';
import type { Clock } from '../../ports/clock';
import type { StoreDriver } from '../../ports/driver';
import type { KeySanitizer } from '../../ports/key-sanitizer';
import type { Logger } from '../../ports/logger';
import type { MetricsObserver } from '../../ports/metrics-observer';
import type { MetricsSink } from '../../ports/metrics-sink';
import type { Traces } from '../../ports/traces';
import type { Duration } from './option-checks';
import type { StandardSchema } from './standard-schema';

/** A time to live. Only the word `'forever'` means no end, so that a wrong number never does. */
export type Ttl = Duration | 'forever';

/**
 * One life for both tiers, or one each: L1 forgets after `primary`, L2 after `secondary`. With a `primary` of 0 every read asks
 * L2, and L1 keeps values for `staleIfError` alone.
 */
export type TtlOption = Ttl | { readonly primary?: Ttl; readonly secondary?: Ttl };

/** Options for a whole cache and for a single call. */
export interface LifeOptions {
  /**
   * How long an entry is fresh. Without `primary`, and without a bus that reports deletes of other processes, L1 asks L2 again
   * after 30 seconds.
   * @defaultValue `'5m'`
   */
  readonly ttl?: TtlOption;
  /**
   * Lengthens each life by a random part of this duration, or of this fraction (below 1) of its ttl, so that entries written together do
   * not expire together. Drawn once per write, the same for both tiers.
   * @defaultValue `0`
   */
  readonly jitter?: Duration;
  /**
   * For this long after its ttl, `wrap` answers with the old value at once and loads a new one in the background.
   * @defaultValue `0`
   */
  readonly staleWhileRevalidate?: Duration;
  /**
   * For this long after its ttl, an old value is served when the loader fails, and when L2 cannot be asked. The writer of an entry decides it for all
   * readers; a `wrap` with this option decides for itself.
   * @defaultValue `0`
   */
  readonly staleIfError?: Duration;
  /**
   * How long `wrap` waits for a load when it has an old value to answer with instead (see {@link staleWhileRevalidate} and
   * {@link staleIfError}). The load goes on, and its value is stored.
   * @defaultValue as long as it takes
   */
  readonly softTimeout?: Duration;
  /**
   * How long `wrap` waits for a load at all: then it answers with an old value, or rejects with `CACHE_LOAD_TIMEOUT`. The load is
   * over: its late value is not stored, and the next caller starts a new load (after {@link retryAfterError}, if it can be served with an old value).
   * A caller with a shorter timeout than the caller that began the load leaves alone; if that one has no timeout, the first timeout of a joined caller
   * ends the load.
   * @defaultValue as long as it takes
   */
  readonly hardTimeout?: Duration;
  /**
   * How long after a failed load the next one waits, as long as there is an old value to answer with.
   * @defaultValue `'10s'`
   */
  readonly retryAfterError?: Duration;
  /**
   * Fraction of the ttl, above 0 and below 1, after which `wrap` loads a new value in the background while the old one is still fresh.
   * @defaultValue never
   */
  readonly refreshAhead?: number;
  /**
   * A synchronous Standard Schema for values of L2. A value that does not fit is a miss; one that does not fit the schema of the cache is
   * deleted too. Nothing is converted, and values that this process loaded or set are not checked.
   * @defaultValue none
   */
  readonly schema?: StandardSchema;
  /**
   * The version of a value's shape: an entry in L2 that was written under another version, or under none, is a miss; if it is the version of the
   * cache, the entry is deleted too. A reader without a version accepts all versions.
   * @defaultValue none
   */
  readonly version?: number;
}

/** `console`, pino, Nest's `Logger` (where `log` stands for `info`), and whatever else has these methods. */
export type LoggerLike = Logger | (Omit<Logger, 'info'> & { log(message: string): void });

export type LogLevel = keyof Logger;

export interface PrimaryOptions {
  /**
   * Entries that L1 holds at most, for each namespace, 1 to 16 777 216; one that has not been used for long makes room.
   * @defaultValue `10_000`
   */
  readonly lruSize?: number;
  /**
   * Memory that the entries of L1 may take, for each namespace, in bytes from 1 024. The least recently used entries make room; a value that
   * alone is larger is not kept in L1. Sizes are estimated once, when a value is written: between the real size and twice that. Of a value with more
   * than 1 024 parts on one level of nesting a random sample is counted; an object that several values share is counted for each. JavaScript cannot see private
   * fields, closures, spare room after deletes, and the long text that a slice (`slice`, `split`, a match) keeps alive: use `bytesOf` for such values.
   * @defaultValue 128 MiB, or 1 KiB for each of `lruSize` where that is more
   */
  readonly maxBytes?: number;
  /**
   * Bytes of a value, in place of the estimate (`sizeCalculation` of lru-cache). Runs once for each write to L1, so it has to be fast. The key and the
   * entry are counted in addition. If it throws, or returns anything but a number from 0, the estimate is used and one error is logged.
   * @defaultValue the built-in estimate
   */
  readonly bytesOf?: (value: unknown) => number;
  /**
   * Clone values on the way in and out, so that no caller can change the value of another: each caller of a shared load gets a clone too, and the loader's
   * own object is not the cached one. Costs a `structuredClone` per hit. A value that a clone would change, such as an instance of a class, is then not kept.
   * @defaultValue `false`: values are handed out by reference
   */
  readonly useClone?: boolean;
  /**
   * Freeze values deeply on the way in, to find code that changes cached values.
   * @defaultValue `false`
   */
  readonly freeze?: boolean;
}

export interface DeadlineOptions {
  /** @defaultValue `'250ms'` */
  readonly read?: Duration;
  /** @defaultValue `'1s'` */
  readonly write?: Duration;
  /** @defaultValue `'30s'` */
  readonly clear?: Duration;
  /**
   * How long `close()` waits for running work.
   * @defaultValue `'2s'`
   */
  readonly close?: Duration;
}

export interface BreakerOptions {
  /**
   * Fraction of failed calls, above 0 and up to 1, that opens the breaker.
   * @defaultValue `0.5`
   */
  readonly failureRate?: number;
  /**
   * Calls within the window before the breaker judges at all.
   * @defaultValue `10`
   */
  readonly minimumCalls?: number;
  /** @defaultValue `'10s'` */
  readonly window?: Duration;
  /**
   * A call that took longer than this fraction of its deadline counts as failed.
   * @defaultValue `0.9`
   */
  readonly slowCallRatio?: number;
  /**
   * How long the breaker stays open before it lets one trial through.
   * @defaultValue `'5s'`
   */
  readonly resetTimeout?: Duration;
}

/** The options of `createCache` and of `CacheableModule.register`. */
export interface CacheOptions extends LifeOptions {
  /** L1, in this process. */
  readonly primary?: PrimaryOptions;
  /**
   * L2, shared between processes.
   * @defaultValue none: L1 alone
   */
  readonly secondary?: StoreDriver;
  /**
   * The start of all keys of this cache in L2: letters, digits, `_`, `.` and `-`, in segments joined by `:`. Set it to the name of the service: two
   * services on one server without it read and clear the same entries, so a `secondary` without it logs a warning.
   * @defaultValue `'tiercel'`
   */
  readonly namespace?: string;
  /**
   * No entry lives longer than this, whatever its ttl and jitter.
   * @defaultValue no limit
   */
  readonly maxTtl?: Duration;
  /**
   * Writes answer as soon as L1 has them; L2 follows in the background. Reads are not changed.
   * @defaultValue `false`
   */
  readonly nonBlocking?: boolean;
  /**
   * How long L1 may keep a value that L2 did not apply, set or loaded, because this process is not notified of changes in other processes.
   * @defaultValue `'5s'`
   */
  readonly degradedTtl?: Duration;
  /**
   * Keys that are remembered as pending while L2 is away; past that, the whole namespace is.
   * @defaultValue `10_000`
   */
  readonly maxPending?: number;
  /** How long a call waits for L2, at most. */
  readonly deadlines?: DeadlineOptions;
  /** The circuit breaker around L2, on opossum; `false` for none. */
  readonly breaker?: BreakerOptions | false;
  /**
   * `'require'` makes `start()` reject when L2 is not up within `startupTimeout`; `'lazy'` starts without it.
   * @defaultValue `'lazy'`
   */
  readonly startup?: 'lazy' | 'require';
  /** @defaultValue `'10s'` */
  readonly startupTimeout?: Duration;
  /** @defaultValue `escapingSanitizer()` */
  readonly sanitizer?: KeySanitizer;
  /** @defaultValue none: payloads are readable in L2 */
  readonly cipher?: Cipher;
  /**
   * `'required'` refuses to build a cache without a cipher.
   * @defaultValue `'optional'`
   */
  readonly encryption?: 'required' | 'optional';
  /**
   * Bytes of a payload in L2, as it is sent. A larger value is kept in L1 alone; a larger payload of L2 is a miss.
   * @defaultValue `1_048_576`
   */
  readonly maxPayloadBytes?: number;
  /**
   * Where metrics go: `otelMetrics()` or `prometheus()`, or your own sink, which receives each event. `stats()` counts without it
   * too.
   * @defaultValue none
   */
  readonly metrics?: MetricsSink | MetricsObserver;
  /**
   * Where spans go: `otelTraces()`, or your own. They show the calls that L1 could not answer, never a key or a value.
   * @defaultValue `false`
   */
  readonly traces?: Traces | false;
  /**
   * Where log lines go; `false` for none. Keys are named at `debug` only, as the sanitizer leaves them; values never.
   * @defaultValue the console; in Nest, Nest's own
   */
  readonly logger?: LoggerLike | false;
  /**
   * The lowest level that is logged.
   * @defaultValue `'debug'`: the logger decides. On the default console, `'warn'`
   */
  readonly logLevel?: LogLevel;
  /** @defaultValue the system's clock */
  readonly clock?: Clock;
}
