import type { ModulesContainer } from '@nestjs/core';
import { type ClassLike, classOf, isClass } from './class-like';

/** What a module has made, or makes for each request or consumer. */
interface Provided {
  readonly type: ClassLike;
  /** `undefined` for what is made anew again and again. */
  readonly instance: object | undefined;
}

/** All that a module brings, but for aliases and for what factories are yet to make, of which nobody knows the class. */
export function providedBy(module: NestModule): Provided[] {
  return wrappersOf(module).flatMap((wrapper) => {
    const instance = lastingInstance(wrapper);
    const type = instance === undefined ? declaredClass(wrapper) : classOf(instance);
    return type === undefined ? [] : [{ type, instance }];
  });
}

function wrappersOf({ controllers, injectables, providers }: NestModule): ProviderWrapper[] {
  const wrappers = [...providers.values(), ...controllers.values(), ...injectables.values()] as ProviderWrapper[];
  return wrappers.filter(({ isAlias }) => !isAlias);
}

/** Those that make an instance for each request or consumer. */
export function repeatingFactoriesOf(module: NestModule): ProviderWrapper[] {
  return wrappersOf(module).filter((wrapper) => wrapper.isFactory && !isLasting(wrapper));
}

/** Whether there is one for the whole application, and not one for each request or consumer. */
function isLasting(wrapper: ProviderWrapper): boolean {
  return !wrapper.isTransient && wrapper.isDependencyTreeStatic();
}

function lastingInstance(wrapper: ProviderWrapper): object | undefined {
  const instance: unknown = isLasting(wrapper) ? wrapper.instance : undefined;
  return typeof instance === 'object' && instance !== null ? instance : undefined;
}

function declaredClass({ isFactory, metatype }: ProviderWrapper): ClassLike | undefined {
  return !isFactory && isClass(metatype) ? metatype : undefined;
}

/** A module as Nest's container has it; the class is not exported, nor is the next one. */
export type NestModule = ModulesContainer extends Map<string, infer M> ? M : never;

/** What Nest knows of a provider, controller, guard, pipe… */
export type ProviderWrapper = NestModule['providers'] extends Map<unknown, infer W> ? W : never;
