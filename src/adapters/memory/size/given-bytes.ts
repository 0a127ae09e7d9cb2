import { logOnce } from '../../../domain/shared/log-once';
import type { Logger } from '../../../ports/logger';
import { approximateBytes } from './approximate-bytes';

/** `primary.bytesOf` of the application, or the estimate where it fails. It may fail with every write, so that is logged once. */
export function givenBytes(bytesOf: (value: unknown) => number, logger: Logger): (value: unknown) => number {
  const log = logOnce((message) => logger.error(message));
  return (value) => {
    const bytes = result(bytesOf, value);
    if (typeof bytes === 'number' && bytes >= 0) return bytes;
    const given = typeof bytes === 'number' ? String(bytes) : typeof bytes;
    log(`primary.bytesOf: expected a number of bytes from 0, got ${bytes === failed ? 'an error' : given}; the estimate is used instead`);
    return approximateBytes(value);
  };
}

const failed = Symbol('failed');

function result(bytesOf: (value: unknown) => unknown, value: unknown): unknown {
  try {
    return bytesOf(value);
  } catch {
    return failed;
  }
}
