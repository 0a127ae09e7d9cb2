import type { SanitizedKey } from './ports/sanitized-key';

export { fromCacheable } from './adapters/cacheable/from-cacheable';
export { aesGcmCipher, type AesGcmCipher, type CipherSummary } from './adapters/crypto/aes-gcm-cipher';
export type { KeyMaterial } from './adapters/crypto/secret-keys';
export type { AesGcmKey, AesGcmOptions } from './adapters/crypto/key-ring';
export {
  escapingSanitizer,
  hmacSanitizer,
  type HmacSanitizerOptions,
  strictSanitizer,
  type StrictSanitizerOptions,
} from './adapters/keys/sanitizers';
export { createCache, type CreateCacheOptions } from './create-cache';
export { Cache } from './domain/cache';
export type { CacheEntry } from './domain/reading/read-result';
export type { ExplainedEntry, ExplainedTag, KeyExplanation } from './domain/reading/explain';
export type { CacheEventName, CacheEvents, CacheListener, WriteOutcome } from './domain/events/cache-events';
export type { CacheInspector, HeldEntry } from './domain/l1/cache-inspector';
export type { KeyInspection } from './domain/entry/cache-keys';
export type { CacheItem, ClearOptions, MemoizeOptions, SetOptions, TagOptions, WrapOptions } from './domain/options/call-options';
export type { Duration } from './domain/options/option-checks';
export { CacheError, type CacheErrorCode } from './domain/cache-error';
export type { CacheHealth } from './domain/lifecycle';
export type { LifeLimits, LoadContext, Loader, SkipOptions, StaleValue } from './domain/reading/loader';
export type {
  BreakerOptions,
  CacheOptions,
  DeadlineOptions,
  LifeOptions,
  NamespaceOptions,
  PrimaryOptions,
  Ttl,
  TtlOption,
} from './domain/options/options';
export type { LoggerLike, LogLevel } from './domain/options/safe-parts';
export type { BreakerState, TierHealth } from './domain/l2/remote-tier';
export type { StandardSchema } from './domain/options/standard-schema';
export type { TypedCache } from './domain/typed-cache';
export type { SanitizedKey } from './ports/sanitized-key';
export type { Cipher } from './ports/cipher';
export type { Cancel, Clock } from './ports/clock';
export type { StoreDriver } from './ports/driver';
export type { Health, HealthProbe } from './ports/health-probe';
export type { InvalidationBus, InvalidationMessage } from './ports/invalidation-bus';
export type { KeySanitizer } from './ports/sanitized-key';
export type { LocalStore, LocalValue } from './ports/local-store';
export type { Logger } from './ports/logger';
export type { CacheStats, DurationName, DurationStats, Layer2Stats } from './ports/cache-stats';
export type { DurationListener, MetricsObserver, MetricsSource } from './ports/metrics-observer';
export type { CacheEvent, DeadlineKind, MetricsSink, PayloadRejection, StaleReason, Tier } from './ports/metrics-sink';
export type { Store, StoreEntry, TagTexts, TagUpdate } from './ports/store';
export type { RunInSpan, Span, SpanFacts, SpanOperation, Spans, SpanSource, Traces } from './ports/traces';

/** @deprecated The former name of {@link SanitizedKey}, kept for one version: `CacheKey` is also a decorator. */
export type CacheKey = SanitizedKey;
