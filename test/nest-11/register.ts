import { resolveFrom } from '../support/resolve-from';

// Nest 11, complete.
resolveFrom(__dirname, (request) => request.startsWith('@nestjs/') && !request.startsWith('@nestjs/cache-manager'));
