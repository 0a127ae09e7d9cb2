import { CacheError } from '../../domain/cache-error';

/**
 * Loads an optional peer dependency, and says what to install when it is not there.
 *
 * @param purpose - who needs it, as the user wrote it: 'redis()'
 * @param load - holds the literal `require`, so that bundlers see it
 * @throws `CACHE_DEPENDENCY_MISSING` when that package is not installed; whatever else goes wrong while loading passes as it is
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

/** The package may be there and lack one of its own dependencies: same code, another name in the message. */
function isMissing(name: string, error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'MODULE_NOT_FOUND' &&
    error.message.startsWith(`Cannot find module '${name}'`)
  );
}
