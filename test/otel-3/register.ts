import Module from 'node:module';
import { join } from 'node:path';

/** Where version 3 of the SDK is installed, with its exporter and the API. */
const home = join(__dirname, 'noop.js');

interface Resolver {
  _resolveFilename(request: string, parent: unknown, isMain: boolean, options?: { paths?: string[] }): string;
}

const resolver = Module as unknown as Resolver;
const resolve = resolver._resolveFilename.bind(resolver);

/** All requires of OpenTelemetry in this process, by tests and sources, get these. */
resolver._resolveFilename = (request, parent, isMain, options) =>
  request.startsWith('@opentelemetry/') ? resolve(request, parent, isMain, { paths: [home] }) : resolve(request, parent, isMain, options);
