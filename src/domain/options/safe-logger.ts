import type { Logger } from '../../ports/logger';
import type { LogLevel, LoggerLike } from './options';

/** From everything to the least. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[];

/** `info`, or `log` for a logger without `info`, such as Nest's `Logger`. */
export function infoMethod(logger: unknown): 'info' | 'log' {
  const { info, log } = Object(logger) as Partial<Record<'info' | 'log', unknown>>;
  return typeof info !== 'function' && typeof log === 'function' ? 'log' : 'info';
}

/**
 * A logger that throws does not reach the caller, and cannot be logged.
 * @param from - the lowest level that is logged
 */
export function safeLogger(logger: LoggerLike, from: LogLevel): Logger {
  // Looked up for each line, and called on its owner: pino exchanges its methods when its level changes.
  const methods = logger as unknown as Readonly<Record<string, (message: string) => unknown>>;
  const guarded = (level: LogLevel): ((message: string) => void) => {
    if (logLevels.indexOf(level) < logLevels.indexOf(from)) return () => undefined;
    const method = level === 'info' ? infoMethod(logger) : level;
    return (message) => {
      try {
        const written = methods[method]?.(message);
        if (written instanceof Promise) written.catch(() => undefined);
      } catch {
        return;
      }
    };
  };
  return { debug: guarded('debug'), info: guarded('info'), warn: guarded('warn'), error: guarded('error') };
}
