import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** Nest's account of every module and route that it finds. */
const bootContexts: readonly unknown[] = ['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication'];

/** Short lines with milliseconds, while the application runs. */
export class ReadableLogger extends ConsoleLogger {
  constructor() {
    super({ colors: false, logLevels: ['log', 'warn', 'error', 'fatal'] });
  }

  override log(message: unknown, context?: string): void {
    if (!bootContexts.includes(context)) super.log(message, context);
  }

  protected override formatMessage(level: LogLevel, message: unknown, _pid: string, _level: string, context: string): string {
    const time = new Date().toTimeString().slice(0, 8);
    const ms = String(Date.now() % 1000).padStart(3, '0');
    return `${time}.${ms} ${level === 'log' ? '' : `${level.toUpperCase()} `}${context}${String(message)}\n`;
  }
}
