import type { Logger } from '../ports/logger';

export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
}

/** Keeps every line. */
export class RecordingLogger implements Logger {
  readonly lines: LogLine[] = [];

  messages(level: keyof Logger): string[] {
    return this.lines.filter((line) => line.level === level).map((line) => line.message);
  }

  debug(message: string): void {
    this.lines.push({ level: 'debug', message });
  }

  info(message: string): void {
    this.lines.push({ level: 'info', message });
  }

  warn(message: string): void {
    this.lines.push({ level: 'warn', message });
  }

  error(message: string): void {
    this.lines.push({ level: 'error', message });
  }
}
