import type { Cipher } from '../../ports/cipher';
import type { Clock } from '../../ports/clock';
import type { StoreDriver } from '../../ports/driver';
import type { MetricsObserver } from '../../ports/metrics-observer';
import type { MetricsSink } from '../../ports/metrics-sink';
import type { KeySanitizer } from '../../ports/sanitized-key';
import type { Traces } from '../../ports/traces';
import type { Duration } from './option-checks';
import type { LogLevel, LoggerLike } from './safe-parts';
import type { StandardSchema } from './standard-schema';

/** A time to live. Only the word `'forever'` means no end, so that a wrong number never does. */
export type Ttl = Duration | 'forever';

/**
 * One ttl for both tiers, or one each: an entry expires in L1 after `primary`, in L2 after `secondary`. With a `primary` of 0 every read asks L2,
 * and L1 keeps values for `staleIfError` alone.
 */
export type TtlOption = Ttl | { readonly primary?: Ttl; readonly secondary?: Ttl };

/** Options for the life of entries: for a cache, a namespace, or a single `wrap`. */
export interface LifeOptions {
  /**
   * The time for which an entry is fresh. Without `primary`, and without a bus that reports the changes of other processes, L1 asks L2 again after
   * 30 seconds.
   * @defaultValue `'5m'`
   */
  readonly ttl?: TtlOption;
  /**
   * Lengthens each life by a random part of this duration, or of this fraction (below 1) of its ttl, so that entries written together do not expire
   * together. Drawn once for each write, for both tiers.
   * @defaultValue `0`
   */
  readonly jitter?: Duration;
  /**
   * The time after the ttl in which `wrap` returns the old value at once, and loads a new one in the background. The option of the reader decides, as
   * long as the options of the writer keep the entry.
   * @defaultValue `0`
   */
  readonly staleWhileRevalidate?: Duration;
  /**
   * The time after the ttl in which an old value is served if the loader fails, or L2 cannot be reached. The writer of an entry decides it for all
   * readers; a `wrap` with this option decides for its own call, as long as the entry is kept. `0` switches it off.
   * @defaultValue `0`
   */
  readonly staleIfError?: Duration;
  /**
   * The longest wait of a `wrap` for a load, if there is an old value to return ({@link staleWhileRevalidate}, {@link staleIfError}). The load goes
   * on, and its value is stored.
   * @defaultValue no limit
   */
  readonly softTimeout?: Duration;
  /**
   * The longest wait of a `wrap` for a load. Then it returns an old value, or rejects with `CACHE_LOAD_TIMEOUT`. The load is over: its late value
   * is not stored, and the next caller starts a new load (after {@link retryAfterError}, if there is an old value for it).
   *
   * If callers share a load: a caller with a shorter timeout than the caller that began the load stops waiting, and the load goes on. If the caller
   * that began it has no timeout, the first timeout of a joined caller ends the load.
   * @defaultValue no limit; route handlers and decorated methods share a run for 30 seconds, and no caller gets an error
   */
  readonly hardTimeout?: Duration;
  /**
   * The time from a failed load to the next one, as long as there is an old value to return.
   * @defaultValue `'10s'`
   */
  readonly retryAfterError?: Duration;
  /**
   * Fraction of the ttl, above 0 and below 1, after which `wrap` loads a new value in the background while the old one is still fresh.
   * @unit fraction of the ttl
   * @defaultValue never
   */
  readonly refreshAhead?: number;
  /**
   * What a `wrap` does while another process loads the same key. `'load'`: it loads too. `'wait'`: it waits for that value, so that a fleet loads a key
   * once. The wait ends after 5 seconds if the other process dies, and after 10 seconds in any case; {@link softTimeout} and {@link hardTimeout} hold for it
   * as well. Refreshes in the background wait for one another with both. On a store without leases every process loads.
   * @defaultValue `'load'`
   */
  readonly acrossProcesses?: 'wait' | 'load';
  /**
   * A synchronous Standard Schema for values from L2. A value that does not match is a miss; if it does not match the schema of the cache, it is
   * also deleted. Values are not converted. Values that this process loaded or set are not checked.
   * @defaultValue none
   */
  readonly schema?: StandardSchema;
  /**
   * The version of the shape of values. An entry in L2 of another version, or of none, is a miss; if it differs from the version of the cache, it
   * is also deleted. A reader without a version accepts all versions.
   * @unit number of your own
   * @defaultValue none
   */
  readonly version?: number;
}

/** Options of a namespace. */
export interface NamespaceOptions extends LifeOptions {
  /**
   * Whether the namespace shares the tags of the one above: `delByTag` of one of them then concerns all, and `clear` also the namespaces below. For a cache:
   * whether its namespaces do. All processes must choose the same: they do not use entries of the other choice.
   * @defaultValue `false`, or that of the namespace above
   */
  readonly sharedTags?: boolean;
}

export interface PrimaryOptions {
  /**
   * The most entries of L1, for each namespace, 1 to 16 777 216. The least recently used entries are evicted.
   * @unit entries
   * @defaultValue `10_000`
   */
  readonly lruSize?: number;
  /**
   * The most memory of the entries of L1, for each namespace, in bytes from 1 024. The least recently used entries are evicted; a value that alone
   * is larger is not kept in L1.
   *
   * Sizes are estimated once, when a value is written: between the real size and twice that. Every part of the value is counted, in about the time that
   * `JSON.stringify` takes. An object that several values share, and a text that is reached twice, are counted for each; a buffer
   * that several values are cut from is counted once. JavaScript cannot see private fields (`#name`), variables of closures, the results of promises,
   * the long text that a slice (`slice`, `split`, a match) keeps alive, and the room that a deleted field leaves: an object after `delete user.password`
   * takes up to eight times as much as `const { password, ...rest } = user`. Use `bytesOf` for such values. A copy frees the long text: `useClone` makes one, and
   * so does `structuredClone(slice)`; values that come from L2 are copies.
   * @unit bytes
   * @defaultValue 128 MiB, or 1 KiB for each of `lruSize` if that is more
   */
  readonly maxBytes?: number;
  /**
   * Returns the size of a value in bytes, in place of the estimate (`sizeCalculation` of lru-cache). Runs once for each write to L1, so it has to
   * be fast. The key and the entry are counted in addition. If it throws, or returns anything but a number from 0, the estimate is used and one
   * error is logged.
   * @defaultValue the built-in estimate
   */
  readonly bytesOf?: (value: unknown) => number;
  /**
   * Clones values on write and on read, so that no caller can change the value of another. Each caller of a shared load gets a clone, and the
   * loader's object is not the cached one. Costs a `structuredClone` per hit. A value that a clone would change, such as an instance of a class, is
   * not kept.
   * @defaultValue `false`: values are returned by reference
   */
  readonly useClone?: boolean;
  /**
   * Freezes values deeply on write, to find code that changes cached values.
   * @defaultValue `false`
   */
  readonly freeze?: boolean;
}

export interface DeadlineOptions {
  /**
   * The longest wait of a read for L2.
   * @defaultValue `'250ms'`
   */
  readonly read?: Duration;
  /**
   * The longest wait of a write or an invalidation for L2.
   * @defaultValue `'1s'`
   */
  readonly write?: Duration;
  /**
   * The longest wait of `clear({ erase: true })`, which deletes keys one by one. Without `erase` a clear is one command, with the deadline of a write.
   * @defaultValue `'30s'`
   */
  readonly clear?: Duration;
  /**
   * The longest wait of `close()` for running work.
   * @defaultValue `'2s'`
   */
  readonly close?: Duration;
}

export interface BreakerOptions {
  /**
   * Fraction of failed calls, above 0 and up to 1, that opens the breaker.
   * @unit fraction
   * @defaultValue `0.5`
   */
  readonly failureRate?: number;
  /**
   * Calls within the window that are needed before the breaker may open.
   * @unit calls
   * @defaultValue `10`
   */
  readonly minimumCalls?: number;
  /**
   * The time over which calls are counted.
   * @defaultValue `'10s'`
   */
  readonly window?: Duration;
  /**
   * A call that takes longer than this fraction of its deadline counts as failed.
   * @unit fraction of the deadline
   * @defaultValue `0.9`
   */
  readonly slowCallRatio?: number;
  /**
   * The time for which the breaker stays open. Then one trial call decides whether it closes.
   * @defaultValue `'5s'`
   */
  readonly resetTimeout?: Duration;
}

/** The options of `createCache` and of `CacheableModule.register`. */
export interface CacheOptions extends NamespaceOptions {
  /** L1, in this process. */
  readonly primary?: PrimaryOptions;
  /**
   * L2, shared between processes.
   * @defaultValue none: L1 alone
   */
  readonly secondary?: StoreDriver;
  /**
   * The prefix of all keys of this cache in L2: letters, digits, `_`, `.` and `-`, in segments joined by `:`. Set it to the name of the service:
   * two services on one server without it read and clear the same entries, so a `secondary` without it logs a warning.
   * @defaultValue `'tiercel'`
   */
  readonly namespace?: string;
  /**
   * The longest life of an entry, with every ttl and jitter.
   * @defaultValue no limit
   */
  readonly maxTtl?: Duration;
  /**
   * Writes are answered with `'pending'` as soon as L1 has them; L2 is written in the background. Reads are not changed.
   * @defaultValue `false`
   */
  readonly nonBlocking?: boolean;
  /**
   * The time for which L1 keeps a value that L2 did not apply. Short, because this process is not notified of changes in other processes meanwhile.
   * @defaultValue `'5s'`
   */
  readonly degradedTtl?: Duration;
  /**
   * The most keys and tags that are remembered as pending while L2 is down. Past that, everything in the namespace is pending.
   * @unit keys and tags
   * @defaultValue `10_000`
   */
  readonly maxPending?: number;
  /** The longest wait of a call for L2. */
  readonly deadlines?: DeadlineOptions;
  /**
   * The circuit breaker around L2, on opossum; `false` for none.
   * @defaultValue a breaker with the defaults below
   */
  readonly breaker?: BreakerOptions | false;
  /**
   * `'require'`: `start()` rejects with `CACHE_TIER_UNAVAILABLE` if L2 is not up within `startupTimeout`. `'lazy'`: the cache starts without L2.
   * @defaultValue `'lazy'`
   */
  readonly startup?: 'lazy' | 'require';
  /**
   * The time that `startup: 'require'` waits for L2.
   * @defaultValue `'10s'`
   */
  readonly startupTimeout?: Duration;
  /**
   * Turns keys into names that are safe to send and to log.
   * @defaultValue `escapingSanitizer()`
   */
  readonly sanitizer?: KeySanitizer;
  /**
   * Seals values before they leave the process.
   * @defaultValue none: payloads are readable in L2
   */
  readonly cipher?: Cipher;
  /**
   * `'required'`: a cache without a cipher is refused with `CACHE_OPTION_INVALID`.
   * @defaultValue `'optional'`
   */
  readonly encryption?: 'required' | 'optional';
  /**
   * The most bytes of a payload in L2. A larger value is kept in L1 alone; a larger payload in L2 is a miss.
   * @unit bytes
   * @defaultValue `1_048_576`
   */
  readonly maxPayloadBytes?: number;
  /**
   * The export of metrics: `otelMetrics()`, `prometheus()`, or your own sink, which receives each event. `stats()` does not need it.
   * @defaultValue none
   */
  readonly metrics?: MetricsSink | MetricsObserver;
  /**
   * The export of spans: `otelTraces()`, or your own. Spans show the calls that L1 could not answer, and never a key or a value.
   * @defaultValue `false`
   */
  readonly traces?: Traces | false;
  /**
   * The logger; `false` for none. Keys are logged at `debug` alone, as the sanitizer returns them; values never.
   * @defaultValue the console; in Nest, the logger of Nest
   */
  readonly logger?: LoggerLike | false;
  /**
   * The lowest level that is logged.
   * @defaultValue `'debug'`: the logger decides. On the default console `'warn'`
   */
  readonly logLevel?: LogLevel;
  /**
   * The clock of all times and timers, for tests that move the time.
   * @defaultValue the system's clock
   */
  readonly clock?: Clock;
}
