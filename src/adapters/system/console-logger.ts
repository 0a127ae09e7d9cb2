import type { Logger } from '../../ports/logger';

const prefix = '[tiercel]';

/** The default logger. */
export const consoleLogger: Logger = {
  debug: (message) => console.debug(`${prefix} ${message}`),
  info: (message) => console.info(`${prefix} ${message}`),
  warn: (message) => console.warn(`${prefix} ${message}`),
  error: (message) => console.error(`${prefix} ${message}`),
};
