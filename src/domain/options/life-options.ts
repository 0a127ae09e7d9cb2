import {
  type Check,
  check,
  duration,
  flag,
  fraction,
  oneOf,
  optional,
  parseDuration,
  parseOptions,
  positiveDuration,
  shape,
  wholeNumber,
} from './option-checks';
import type { LifeOptions, NamespaceOptions } from './options';
import type { LifeSettings, NamespaceSettings } from './settings';
import { type StandardSchema, standardSchema } from './standard-schema';

export interface TierTtls {
  readonly primary: number | undefined;
  readonly secondary: number | undefined;
}

/** Life options as they were given, in milliseconds; `undefined` where nothing was. */
export interface GivenLife {
  readonly ttl: TierTtls | undefined;
  readonly jitter: number | undefined;
  readonly staleWhileRevalidate: number | undefined;
  readonly staleIfError: number | undefined;
  readonly softTimeout: number | undefined;
  readonly hardTimeout: number | undefined;
  readonly retryAfterError: number | undefined;
  readonly refreshAhead: number | undefined;
  readonly acrossProcesses: 'wait' | 'load' | undefined;
  readonly schema: StandardSchema | undefined;
  readonly version: number | undefined;
}

const ttl: Check<number> = check("a ttl above 0: milliseconds, a string like '30s' or '5m', or 'forever'", (given) => {
  if (given === 'forever') return Infinity;
  const ms = parseDuration(given);
  return ms === undefined || ms === 0 ? undefined : ms;
});

const primaryTtl: Check<number> = check("a ttl: milliseconds from 0, a string like '30s' or '5m', or 'forever'", (given) =>
  given === 'forever' ? Infinity : parseDuration(given),
);

const tierTtls = shape<TierTtls>({ primary: optional(primaryTtl, undefined), secondary: optional(ttl, undefined) });

const ttlOption: Check<TierTtls> = (given, context) => {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return { primary: undefined, secondary: ttl(given, context) };
  const both = tierTtls(given, context);
  if ((both.primary ?? 0) > (both.secondary ?? Infinity)) {
    context.problems.push({ path: context.path, expected: 'a primary no longer than the secondary', given: 'the opposite' });
  }
  return both;
};

export const lifeFields: { readonly [K in keyof GivenLife]: Check<GivenLife[K]> } = {
  ttl: optional(ttlOption, undefined),
  jitter: optional(check('a duration, or a fraction below 1 of the ttl', parseDuration), undefined),
  staleWhileRevalidate: optional(duration, undefined),
  staleIfError: optional(duration, undefined),
  softTimeout: optional(positiveDuration, undefined),
  hardTimeout: optional(positiveDuration, undefined),
  retryAfterError: optional(duration, undefined),
  refreshAhead: optional(fraction('below 1'), undefined),
  acrossProcesses: optional(oneOf('wait', 'load'), undefined),
  schema: optional(standardSchema, undefined),
  version: optional(wholeNumber(0, 1_000_000_000), undefined),
};

/** The options of a write, which a loader may set for its entry as well; the others are for loads. */
export const writtenLifeNames = [
  'ttl',
  'jitter',
  'staleWhileRevalidate',
  'staleIfError',
  'version',
] as const satisfies readonly (keyof LifeOptions)[];

export type WrittenLifeName = (typeof writtenLifeNames)[number];

export const writtenLifeFields = Object.fromEntries(writtenLifeNames.map((name) => [name, lifeFields[name]])) as Pick<
  typeof lifeFields,
  WrittenLifeName
>;

/** The given options, and `base` for missing ones. */
export function overrideLife(base: LifeSettings, given: Partial<GivenLife>): LifeSettings {
  return {
    ttlMs: given.ttl?.secondary ?? base.ttlMs,
    primaryTtlMs: given.ttl?.primary ?? base.primaryTtlMs,
    jitter: given.jitter ?? base.jitter,
    staleWhileRevalidateMs: given.staleWhileRevalidate ?? base.staleWhileRevalidateMs,
    staleIfErrorMs: given.staleIfError ?? base.staleIfErrorMs,
    softTimeoutMs: given.softTimeout ?? base.softTimeoutMs,
    hardTimeoutMs: given.hardTimeout ?? base.hardTimeoutMs,
    retryAfterErrorMs: given.retryAfterError ?? base.retryAfterErrorMs,
    refreshAhead: given.refreshAhead ?? base.refreshAhead,
    waitsForOthers: given.acrossProcesses === undefined ? base.waitsForOthers : given.acrossProcesses === 'wait',
    schema: given.schema ?? base.schema,
    version: given.version ?? base.version,
  };
}

const namespaceOptions = shape({ ...lifeFields, sharedTags: optional<boolean | undefined, undefined>(flag, undefined) });

/** @throws CacheError `CACHE_OPTION_INVALID` */
export function resolveNamespace(given: NamespaceOptions, parent: NamespaceSettings): NamespaceSettings {
  const options = parseOptions('namespace', namespaceOptions, given);
  return { life: overrideLife(parent.life, options), sharesTags: options.sharedTags ?? parent.sharesTags };
}

export function isSameNamespace(one: NamespaceSettings, other: NamespaceSettings): boolean {
  const isSameLife = (Object.keys(one.life) as (keyof LifeSettings)[]).every((name) => one.life[name] === other.life[name]);
  return isSameLife && one.sharesTags === other.sharesTags;
}
