import type { ModulesContainer } from '@nestjs/core';
import { CacheError } from '../../domain/cache-error';
import { CACHE_MANAGER, CACHE_MODULE_OPTIONS } from './cache.module-definition';

type Module = ModulesContainer extends Map<string, infer M> ? M : never;

/**
 * Nest injects the first cache that it finds. So a module that imports two caches, or an application with two global ones, is a mistake.
 * @throws CacheError `CACHE_OPTION_INVALID`
 */
export function assertUnambiguous(modules: readonly Module[]): void {
  const globals = modules.filter((one) => providesCache(one) && one.isGlobal);
  if (globals.length > 1) throw ambiguous('the application has', globals.length, 'global caches');
  for (const importer of modules) {
    // Nest adds the global modules to the imports of every module, after the ones that it declares.
    const imported = [...importer.imports].filter((one) => providesCache(one) && !one.isGlobal);
    if (imported.length > 1) throw ambiguous(`${importer.name} imports`, imported.length, 'caches');
  }
}

function providesCache({ exports, providers }: Module): boolean {
  return exports.has(CACHE_MANAGER) && providers.has(CACHE_MODULE_OPTIONS);
}

function ambiguous(importer: string, count: number, caches: string): CacheError {
  return new CacheError(
    'CACHE_OPTION_INVALID',
    `CacheModule: ${importer} ${String(count)} ${caches}, expected one: Nest would inject the first and ignore the others; for several caches use CacheableModule.register({ name })`,
  );
}
