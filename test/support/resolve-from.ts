import Module from 'node:module';
import { join } from 'node:path';

interface Resolver {
  _resolveFilename(request: string, parent: unknown, isMain: boolean, options?: { paths?: string[] }): string;
}

/** From now on all requires of these packages in this process, by tests, sources and other packages, get those that are installed in the folder. */
export function resolveFrom(folder: string, isMeant: (request: string) => boolean): void {
  const resolver = Module as unknown as Resolver;
  const resolve = resolver._resolveFilename.bind(resolver);
  const paths = [join(folder, 'noop.js')];
  resolver._resolveFilename = (request, parent, isMain, options) =>
    resolve(request, parent, isMain, isMeant(request) ? { paths } : options);
}
