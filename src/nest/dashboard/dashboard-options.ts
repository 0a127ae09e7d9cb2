import type { CanActivate, DynamicModule, Type } from '@nestjs/common';
import { flag, invalidOptions, listOf, optional, parseOptions, shape, text } from '../../domain/options/option-checks';

/** Records the recent history of the application's caches. */
export const HISTORY_RECORDER = Symbol('tiercel:history_recorder');

/** The options of the module. */
export const DASHBOARD_SETTINGS = Symbol('tiercel:dashboard_settings');

/** Answers the requests of the route. */
export const DASHBOARD = Symbol('tiercel:dashboard');

export interface CacheableDashboardOptions {
  /**
   * The route, below the application's global prefix if it has one.
   * @defaultValue `'/cache'`
   */
  readonly path?: string;
  /**
   * Guards of this route, in addition to global guards: classes, which Nest instantiates with their dependencies, or instances.
   * @defaultValue none, which is refused in production
   */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[];
  /**
   * Modules that export the dependencies of the guards.
   * @defaultValue none
   */
  readonly imports?: DynamicModule['imports'];
  /**
   * Permits production without `guards`: because a global guard, a proxy or the network protects the page.
   * @defaultValue `false`
   */
  readonly allowUnauthenticated?: boolean;
  /**
   * Shows cached values to each visitor of the page.
   * @defaultValue `false`
   */
  readonly showValues?: boolean;
}

type Given = Required<CacheableDashboardOptions>;

export type DashboardSettings = Readonly<Omit<Given, 'imports'>> & { readonly imports: NonNullable<Given['imports']> };

const options = shape<DashboardSettings>({
  path: optional(text("a path such as '/cache'"), '/cache'),
  guards: optional(listOf<DashboardSettings['guards']>('guards'), []),
  imports: optional(listOf<DashboardSettings['imports']>('modules'), []),
  allowUnauthenticated: optional(flag, false),
  showValues: optional(flag, false),
});

/** @throws CacheError `CACHE_OPTION_INVALID` */
export function resolveDashboardOptions(given: unknown): DashboardSettings {
  const settings = parseOptions('CacheableDashboardModule', options, given);
  assertGuarded(settings);
  return settings;
}

/**
 * Also called at the bootstrap, because a file may set `NODE_ENV` after the options were read.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function assertGuarded(settings: DashboardSettings): void {
  if (!isUnguardedInProduction(settings)) return;
  const expected = 'at least one in production, or allowUnauthenticated: true where something else protects the page';
  throw invalidOptions('CacheableDashboardModule', [{ path: 'guards', expected, given: 'none' }]);
}

function isUnguardedInProduction({ allowUnauthenticated, guards }: DashboardSettings): boolean {
  return process.env['NODE_ENV'] === 'production' && guards.length === 0 && !allowUnauthenticated;
}
