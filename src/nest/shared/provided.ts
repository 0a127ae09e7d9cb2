import type { ModulesContainer } from '@nestjs/core';
import { type ClassLike, classOf, isClass } from './class-like';

/** A provider, controller, guard or pipe of a module. */
interface ModuleProvider {
  readonly type: ClassLike;
  /** `undefined` where Nest makes one for each request or consumer. */
  readonly instance: object | undefined;
}

/** The providers of a module, without aliases and without factories that have made no instance: their class is unknown. */
export function providersIn(module: NestModule): ModuleProvider[] {
  return wrappersOf(module).flatMap((wrapper) => {
    const instance = singletonInstance(wrapper);
    const type = instance === undefined ? declaredClass(wrapper) : classOf(instance);
    return type === undefined ? [] : [{ type, instance }];
  });
}

function wrappersOf({ controllers, injectables, providers }: NestModule): ProviderWrapper[] {
  const wrappers = [...providers.values(), ...controllers.values(), ...injectables.values()] as ProviderWrapper[];
  return wrappers.filter(({ isAlias }) => !isAlias);
}

/** Factories that run for each request or consumer. */
export function scopedFactoriesIn(module: NestModule): ProviderWrapper[] {
  return wrappersOf(module).filter((wrapper) => wrapper.isFactory && !isSingleton(wrapper));
}

/** Whether Nest makes one instance for the application, and not one for each request or consumer. */
function isSingleton(wrapper: ProviderWrapper): boolean {
  return !wrapper.isTransient && wrapper.isDependencyTreeStatic();
}

function singletonInstance(wrapper: ProviderWrapper): object | undefined {
  const instance: unknown = isSingleton(wrapper) ? wrapper.instance : undefined;
  return typeof instance === 'object' && instance !== null ? instance : undefined;
}

function declaredClass({ isFactory, metatype }: ProviderWrapper): ClassLike | undefined {
  return !isFactory && isClass(metatype) ? metatype : undefined;
}

/** A module of Nest's container; its class is not exported by Nest, nor is the next one. */
export type NestModule = ModulesContainer extends Map<string, infer M> ? M : never;

/** Nest's record of a provider, controller, guard or pipe. */
export type ProviderWrapper = NestModule['providers'] extends Map<unknown, infer W> ? W : never;
