/** Nest's own names for what its decorators say; the same in all its versions, and exported by none. */
export const nestMetadata = {
  sse: '__sse__',
  redirect: '__redirect__',
  render: '__renderTemplate__',
  routeArguments: '__routeArguments__',
  passthrough: '__responsePassthrough__',
  version: '__version__',
  host: 'host',
  fastifyConstraints: '__fastify_route_constraints__',
} as const;

type ClassLike = abstract new (...args: never) => unknown;

/** `@Res()` and `@Next()`, as Nest numbers the kinds of parameters. */
const responseParameters = /^[12]:/;

/** `@Session()`, `@Ip()`, `@Cookies()` and `@SignedCookies()`. */
const callerParameters: ReadonlySet<string> = new Set(['7', '11', '14', '15']);

const headers = '6';

/** Whether a handler answers by itself, so that Nest sends nothing of what it returns. */
export function sendsResponseItself(type: ClassLike, method: string): boolean {
  if (!parametersOf(type, method).some(([key]) => responseParameters.test(key))) return false;
  return Reflect.getMetadata(nestMetadata.passthrough, type, method) !== true;
}

/** What the parameters of an HTTP handler ask for besides the URL and the body, as far as decorators say it. */
export interface HandlerInput {
  /** By `@Headers('name')`, in lower case. */
  readonly headers: readonly string[];
  /** By `@Headers()`. */
  readonly allHeaders: boolean;
  /** Who or where the client is. */
  readonly readsCaller: boolean;
}

export function handlerInput(type: ClassLike, method: string): HandlerInput {
  const parameters = parametersOf(type, method).map(([key, { data }]) => ({ kind: key.split(':')[0] ?? '', data }));
  const asked = parameters.filter(({ kind }) => kind === headers).map(({ data }) => data);
  return {
    headers: asked.filter((name) => typeof name === 'string').map((name) => name.toLowerCase()),
    allHeaders: asked.some((name) => typeof name !== 'string'),
    readsCaller: parameters.some(({ kind }) => callerParameters.has(kind)),
  };
}

/** Whether the host of a request chooses its handler, or is an argument of it. */
export function variesByHost(type: ClassLike, handler: object): boolean {
  const constraints = Reflect.getMetadata(nestMetadata.fastifyConstraints, handler) as { readonly host?: unknown } | undefined;
  return Reflect.getMetadata(nestMetadata.host, type) !== undefined || constraints?.host !== undefined;
}

type Parameters = Readonly<Record<string, { readonly data?: unknown }>>;

/** Keys are `kind:index`. */
function parametersOf(type: ClassLike, method: string): readonly (readonly [string, Parameters[string]])[] {
  return Object.entries((Reflect.getMetadata(nestMetadata.routeArguments, type, method) as Parameters | undefined) ?? {});
}

/** The status of a route with `@Redirect()`, unless its handler says otherwise; `undefined` for other routes. */
export function redirectStatus(handler: object): number | undefined {
  const redirect = Reflect.getMetadata(nestMetadata.redirect, handler) as { url?: unknown; statusCode?: number } | undefined;
  return typeof redirect?.url === 'string' ? (redirect.statusCode ?? 302) : undefined;
}
