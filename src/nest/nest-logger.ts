import { Logger as NestLogger } from '@nestjs/common';
import type { Logger } from '../ports/logger';

/** Nest's own log, in which `info` is called `log`. */
export function nestLogger(): Logger {
  const nest = new NestLogger('Cacheable');
  return {
    debug: (message) => {
      nest.debug(message);
    },
    info: (message) => {
      nest.log(message);
    },
    warn: (message) => {
      nest.warn(message);
    },
    error: (message) => {
      nest.error(message);
    },
  };
}
