import type { CanActivate, DynamicModule, Type } from '@nestjs/common';
import { check, flag, invalidOptions, optional, parseOptions, shape } from '../../domain/options/option-checks';

export interface CacheableDashboardOptions {
  /**
   * The route, below the application's global prefix if it has one.
   * @defaultValue `'/cache'`
   */
  readonly path?: string;
  /**
   * Guards of this route, besides the application's own: classes, which Nest instantiates with what they inject, or instances.
   * @defaultValue none, which production refuses
   */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[];
  /**
   * Modules that export what the guards inject.
   * @defaultValue none
   */
  readonly imports?: DynamicModule['imports'];
  /**
   * Whether production may do without `guards`: because a global guard, a proxy or the network keeps strangers out.
   * @defaultValue `false`
   */
  readonly allowUnauthenticated?: boolean;
  /**
   * Whether the page shows cached values.
   * @defaultValue `false`
   */
  readonly showValues?: boolean;
}

type Given = Required<CacheableDashboardOptions>;

export type DashboardSettings = Readonly<Omit<Given, 'imports'>> & { readonly imports: NonNullable<Given['imports']> };

const options = shape<DashboardSettings>({
  path: optional(
    check("a path such as '/cache'", (given) => (typeof given === 'string' && given !== '' ? given : undefined)),
    '/cache',
  ),
  guards: optional(
    check('a list of guards', (given) => (Array.isArray(given) ? (given as DashboardSettings['guards']) : undefined)),
    [],
  ),
  imports: optional(
    check('a list of modules', (given) => (Array.isArray(given) ? (given as DashboardSettings['imports']) : undefined)),
    [],
  ),
  allowUnauthenticated: optional(flag, false),
  showValues: optional(flag, false),
});

/** @throws CacheError `CACHE_OPTION_INVALID` */
export function resolveDashboardOptions(given: unknown): DashboardSettings {
  const settings = parseOptions('CacheableDashboardModule', options, given);
  refuseStrangers(settings);
  return settings;
}

/**
 * To be asked at the bootstrap too: what a file sets `NODE_ENV` to may come after the options.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function refuseStrangers(settings: DashboardSettings): void {
  if (!isOpenToStrangers(settings)) return;
  const expected = 'at least one in production, or allowUnauthenticated: true where something else keeps strangers out';
  throw invalidOptions('CacheableDashboardModule', [{ path: 'guards', expected, given: 'none' }]);
}

function isOpenToStrangers({ allowUnauthenticated, guards }: DashboardSettings): boolean {
  return process.env['NODE_ENV'] === 'production' && guards.length === 0 && !allowUnauthenticated;
}
