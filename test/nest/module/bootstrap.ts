import type { LoggerService, ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';

export type BootstrapOptions = NonNullable<Parameters<typeof Test.createTestingModule>[1]>;

const silent: LoggerService = { log: () => undefined, warn: () => undefined, error: () => undefined };

/** A whole application without a server, up to and including its hooks. */
export async function bootstrap(
  imports: NonNullable<ModuleMetadata['imports']>,
  options: BootstrapOptions = {},
  logger: LoggerService = silent,
): Promise<TestingModule> {
  const application = await Test.createTestingModule({ imports }, options).setLogger(logger).compile();
  return application.init();
}
