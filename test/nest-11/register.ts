import Module from 'node:module';
import { join } from 'node:path';

/** Where Nest 11 is installed, complete. */
const home = join(__dirname, 'noop.js');

interface Resolver {
  _resolveFilename(request: string, parent: unknown, isMain: boolean, options?: { paths?: string[] }): string;
}

const resolver = Module as unknown as Resolver;
const resolve = resolver._resolveFilename.bind(resolver);

/** All requires of Nest in this process, by tests, sources and Terminus, get the same Nest 11. */
resolver._resolveFilename = (request, parent, isMain, options) =>
  request.startsWith('@nestjs/') && !request.startsWith('@nestjs/cache-manager')
    ? resolve(request, parent, isMain, { paths: [home] })
    : resolve(request, parent, isMain, options);
