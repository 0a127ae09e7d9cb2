/** Nest's own names for what its decorators say; the same in all its versions, and exported by none. */
export const nestMetadata = {
  sse: '__sse__',
  redirect: '__redirect__',
  render: '__renderTemplate__',
  routeArguments: '__routeArguments__',
  passthrough: '__responsePassthrough__',
  version: '__version__',
} as const;

type ClassLike = abstract new (...args: never) => unknown;

/** `@Res()` and `@Next()`, as Nest numbers the kinds of parameters. */
const answering = /^[12]:/;

/** Whether a handler answers by itself, so that Nest sends nothing of what it returns. */
export function answersItself(type: ClassLike, method: string): boolean {
  const parameters = Reflect.getMetadata(nestMetadata.routeArguments, type, method) as Readonly<Record<string, unknown>> | undefined;
  if (parameters === undefined || !Object.keys(parameters).some((key) => answering.test(key))) return false;
  return Reflect.getMetadata(nestMetadata.passthrough, type, method) !== true;
}

/** The status of a route with `@Redirect()`, unless its handler says otherwise; `undefined` for other routes. */
export function redirectStatus(handler: object): number | undefined {
  const redirect = Reflect.getMetadata(nestMetadata.redirect, handler) as { url?: unknown; statusCode?: number } | undefined;
  return typeof redirect?.url === 'string' ? (redirect.statusCode ?? 302) : undefined;
}
