import type { ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { CacheableModule } from '../../../src/nest/module/cacheable.module';
import { CacheExplorer } from '../../../src/nest/methods/wiring/cache-explorer';

const started: TestingModule[] = [];

/** An application with a cache for all its modules. */
export async function application({ imports = [], providers = [], ...rest }: ModuleMetadata = {}): Promise<TestingModule> {
  return bare({ ...rest, imports: [CacheableModule.register({ isGlobal: true }), ...imports], providers });
}

/** An application whose caches the test registers. */
export async function bare({ providers = [], ...rest }: ModuleMetadata): Promise<TestingModule> {
  return startApplication(await Test.createTestingModule({ ...rest, providers: [CacheExplorer, ...providers] }).compile());
}

/** Starts an application that `closeApplications` closes. */
export async function startApplication(module: TestingModule): Promise<TestingModule> {
  started.push(module);
  await module.init();
  return module;
}

export async function closeApplications(): Promise<void> {
  for (const module of started.splice(0)) await module.close();
}
