import type { Logger } from '../../ports/logger';

const prefix = '[tiercel]';

/** What nobody configured: warnings and errors, and nothing else, on the console. */
export const consoleLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message) => console.warn(`${prefix} ${message}`),
  error: (message) => console.error(`${prefix} ${message}`),
};
