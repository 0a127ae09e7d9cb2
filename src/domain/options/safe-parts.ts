import type { Logger } from '../../ports/logger';
import type { CacheEvent, MetricsSink } from '../../ports/metrics-sink';
import type { KeySanitizer } from '../../ports/sanitized-key';
import { CacheError, hasCode } from '../cache-error';
import { logOnce } from '../shared/log-once';

/** `console`, pino, Nest's `Logger` (with `log` in place of `info`), or any object with these methods. */
export type LoggerLike = Logger | (Omit<Logger, 'info'> & { log(message: string): void });

export type LogLevel = keyof Logger;

/** Begins the names of stored HTTP responses. The default sanitizer escapes `%`, and a name of another sanitizer must not begin with it. */
export const responseMark = '%response:';

/** Begins the name of the tag that all entries of a namespace have; as {@link responseMark}. */
export const namespaceMark = '%namespace:';

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

/** A sink that throws does not reach the caller. It may throw with every event, so that is logged once. */
export function safeMetrics(sink: MetricsSink, logger: Logger): MetricsSink {
  const complain = logOnce((message) => logger.error(message));
  return {
    record(event: CacheEvent): void {
      try {
        sink.record(event);
      } catch {
        complain('the metrics sink threw');
      }
    },
  };
}

/** Characters that break a line, a terminal or an encoding. */
const unsafeCharacter = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/**
 * A sanitizer that throws an error of another class, or returns anything but a name, has failed, which is logged once. A `CacheError` refuses a key, and is
 * passed on. A promise would have the same text for every key, and one caller would get the value of another.
 */
export function safeSanitizer(sanitizer: KeySanitizer, logger: Logger): KeySanitizer {
  const log = logOnce((message) => logger.error(message));
  const failed = (how: string, cause?: unknown): CacheError => {
    log(`the key sanitizer ${how}`);
    return new CacheError('CACHE_SANITIZER_FAILED', `key: the key sanitizer ${how}`, { cause });
  };
  const sanitized = (key: string): unknown => {
    try {
      return sanitizer.sanitize(key);
    } catch (error) {
      throw error instanceof CacheError ? error : failed('threw', error);
    }
  };
  return {
    sanitize(key: string): string {
      const name = sanitized(key);
      if (typeof name !== 'string') throw failed(`gave no string, but ${kindOf(name)}`);
      if (name === '') throw failed('gave an empty string');
      for (const mark of [responseMark, namespaceMark]) {
        if (name.startsWith(mark)) throw failed(`gave a name that begins with ${mark}, which is reserved`);
      }
      if (unsafeCharacter.test(name)) throw failed('left control characters or half of a character');
      return name;
    },
  };
}

export function hasSanitizerFailed(error: unknown): boolean {
  return hasCode(error, 'CACHE_SANITIZER_FAILED');
}

function kindOf(value: unknown): string {
  return value instanceof Promise ? 'a promise' : String(value === null ? value : typeof value);
}
