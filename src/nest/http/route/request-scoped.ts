import { Scope, type Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { nestMetadata } from './nest-metadata';

/**
 * Whether Nest creates an instance of a class for each request. Then the class, or a provider injected into it, may read the request and so the
 * caller.
 * @param modules - `undefined` for an interceptor created by hand: then only the scope of the class itself is known
 */
export function isRequestScoped(type: Type, modules: ModulesContainer | undefined): boolean {
  const declared = Reflect.getMetadata(nestMetadata.scope, type) as { readonly scope?: Scope } | undefined;
  if (declared?.scope === Scope.REQUEST) return true;
  return [...(modules?.values() ?? [])].some(({ controllers, providers }) => {
    const wrapper = controllers.get(type) ?? providers.get(type);
    return wrapper !== undefined && !wrapper.isDependencyTreeStatic();
  });
}
