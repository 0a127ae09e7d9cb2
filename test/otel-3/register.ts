import { resolveFrom } from '../support/resolve-from';

// Version 3 of the SDK, with its exporter and the API.
resolveFrom(__dirname, (request) => request.startsWith('@opentelemetry/'));
