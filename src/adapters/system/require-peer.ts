import { CacheError } from '../../domain/cache-error';

/**
 * Loads an optional peer dependency. The error names the package to install.
 *
 * @param purpose - the call that needs it, as the user wrote it: 'redis()'
 * @param load - contains the literal `require`, so that bundlers see it
 * @throws `CACHE_DEPENDENCY_MISSING` when that package is not installed; other errors of the package are rethrown unchanged
 */
export function requirePeer<T>(name: string, purpose: string, load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (!isMissing(name, error)) throw error;
    throw new CacheError(
      'CACHE_DEPENDENCY_MISSING',
      `${purpose} needs the package "${name}", which is not installed: npm install ${name}`,
      {
        cause: error,
      },
    );
  }
}

/** An installed package whose own dependency is missing has the same code and another name in the message. */
function isMissing(name: string, error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'MODULE_NOT_FOUND' &&
    error.message.startsWith(`Cannot find module '${name}'`)
  );
}
