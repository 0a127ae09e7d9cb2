import { RequestMethod, Scope, type Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { ClassLike } from '../../shared/class-like';

/** Metadata keys of Nest: the same in all its versions, and not exported. */
export const nestMetadata = {
  sse: '__sse__',
  redirect: '__redirect__',
  render: '__renderTemplate__',
  routeArguments: '__routeArguments__',
  passthrough: '__responsePassthrough__',
  version: '__version__',
  method: 'method',
  host: 'host',
  scope: 'scope:options',
  fastifyConstraints: '__fastify_route_constraints__',
} as const;

/**
 * The names under which a class has a handler. A decorator may replace a method by a function with another name, and Nest's metadata of
 * parameters stays under the name of the method.
 */
export function methodNames(type: ClassLike, handler: { readonly name: string }): readonly string[] {
  const names = new Set<string>();
  for (let target: unknown = type.prototype; typeof target === 'object' && target !== null; target = Object.getPrototypeOf(target)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(target))) if (value === handler) names.add(name);
  }
  if (names.size === 0 && typeof (type.prototype as Readonly<Record<string, unknown>>)[handler.name] === 'function')
    names.add(handler.name);
  return [...names];
}

/** Whether a handler accepts all HTTP methods, by `@All()`. */
export function isForAllMethods(handler: object): boolean {
  return Reflect.getMetadata(nestMetadata.method, handler) === RequestMethod.ALL;
}

/** The status of a route with `@Redirect()`, unless its handler says otherwise; `undefined` for other routes. */
export function redirectStatus(handler: object): number | undefined {
  const redirect = Reflect.getMetadata(nestMetadata.redirect, handler) as { url?: unknown; statusCode?: number } | undefined;
  return typeof redirect?.url === 'string' ? (redirect.statusCode ?? 302) : undefined;
}

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
