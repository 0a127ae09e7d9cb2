import type { ModulesContainer } from '@nestjs/core';
import { CacheError } from '../../domain/cache-error';
import { CACHE_MANAGER, CACHE_MODULE_OPTIONS } from './cache.constants';

type Module = ModulesContainer extends Map<string, infer M> ? M : never;

/**
 * Nest injects the first cache that it finds. Where one module imports two, or two are global, nobody can have meant that.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function assertUnambiguous(modules: readonly Module[]): void {
  const globals = modules.filter((one) => bringsCache(one) && one.isGlobal);
  if (globals.length > 1) throw ambiguous('the application has', globals.length, 'global caches');
  for (const importer of modules) {
    // Global ones are among the imports of every module, and come after its own.
    const own = [...importer.imports].filter((one) => bringsCache(one) && !one.isGlobal);
    if (own.length > 1) throw ambiguous(`${importer.name} imports`, own.length, 'caches');
  }
}

function bringsCache({ exports, providers }: Module): boolean {
  return exports.has(CACHE_MANAGER) && providers.has(CACHE_MODULE_OPTIONS);
}

function ambiguous(who: string, count: number, what: string): CacheError {
  return new CacheError(
    'CACHE_OPTION_INVALID',
    `CacheModule: ${who} ${String(count)} ${what}, of which only the first would be used; for several caches see CacheableModule.register({ name })`,
  );
}
