import type { Cipher } from '../../ports/cipher';
import type { Clock } from '../../ports/clock';
import type { StoreDriver } from '../../ports/driver';
import type { Logger } from '../../ports/logger';
import type { MetricsObserver } from '../../ports/metrics-observer';
import type { MetricsSink } from '../../ports/metrics-sink';
import type { KeySanitizer } from '../../ports/sanitized-key';
import type { Traces } from '../../ports/traces';
import type { PrimaryOptions } from './options';
import type { StandardSchema } from './standard-schema';

/** The life that every entry of a cache has unless its call says otherwise. Milliseconds. */
export interface LifeSettings {
  readonly ttlMs: number;
  /** `undefined` if not configured. */
  readonly primaryTtlMs: number | undefined;
  readonly jitter: number;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  /** `Infinity` if not configured, as the next one. */
  readonly softTimeoutMs: number;
  readonly hardTimeoutMs: number;
  readonly retryAfterErrorMs: number;
  readonly refreshAhead: number | undefined;
  /** Whether a load waits for the value of another process that is loading the key. */
  readonly waitsForOthers: boolean;
  readonly schema: StandardSchema | undefined;
  readonly version: number | undefined;
}

/** The options that a namespace has unless it sets another. */
export interface NamespaceSettings {
  readonly life: LifeSettings;
  /** Whether the namespaces below share the tags of the one above them. */
  readonly sharesTags: boolean;
}

export interface Deadlines {
  readonly readMs: number;
  readonly writeMs: number;
  readonly clearMs: number;
  readonly closeMs: number;
}

export interface BreakerSettings {
  readonly failureRate: number;
  readonly minimumCalls: number;
  readonly windowMs: number;
  readonly slowCallRatio: number;
  readonly resetTimeoutMs: number;
}

/** The options of a cache after the check: complete, valid, frozen. */
export interface CacheSettings extends NamespaceSettings {
  readonly primary: Required<Omit<PrimaryOptions, 'bytesOf'>> & { readonly bytesOf: PrimaryOptions['bytesOf'] };
  readonly secondary: StoreDriver | undefined;
  readonly namespace: string;
  readonly maxTtlMs: number;
  readonly nonBlocking: boolean;
  readonly degradedTtlMs: number;
  readonly maxPending: number;
  readonly deadlines: Deadlines;
  readonly breaker: BreakerSettings | false;
  readonly startup: 'lazy' | 'require';
  readonly startupTimeoutMs: number;
  readonly sanitizer: KeySanitizer;
  readonly cipher: Cipher | undefined;
  readonly maxPayloadBytes: number;
  readonly metrics: MetricsSink;
  readonly observer: MetricsObserver | undefined;
  readonly traces: Traces;
  readonly logger: Logger;
  readonly clock: Clock;
}
