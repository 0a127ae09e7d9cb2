import type { ClassLike } from '../../shared/class-like';
import { nestMetadata } from './nest-metadata';

/** Nest's numbers for the kinds of parameters of HTTP handlers. */
const kinds = { request: '0', response: '1', next: '2', query: '4', param: '5', headers: '6', host: '10' } as const;

/** Numbers of @nestjs/graphql, which mean other kinds for HTTP. */
const graphqlKinds = { context: '1', info: '2' } as const;

/** By transport: parameters that hold the call or its client, `@Ctx()` and the stream of gRPC, `@ConnectedSocket()`. */
const callObjectKinds: Readonly<Record<string, readonly string[]>> = { rpc: ['6', '9'], ws: ['0'] };

/** The fields of a GraphQL context that hold the request. */
const graphqlRequestFields: ReadonlySet<unknown> = new Set(['req', 'request', 'reply', 'extra', 'headers', 'connectionParams']);

/** By the same numbers: parameters that hold the identity or the address of the client. */
const callerKinds: Readonly<Record<string, string>> = { 7: '@Session()', 11: '@Ip()', 14: '@Cookies()', 15: '@SignedCookies()' };

interface Parameter {
  readonly kind: string;
  readonly data: unknown;
}

/** Whether a handler of HTTP requests sends the response itself, so that Nest does not send the returned value. */
export function sendsResponseItself(type: ClassLike, methods: readonly string[]): boolean {
  return methods.some((method) => {
    if (!parametersOf(type, method).some(({ kind }) => kind === kinds.response || kind === kinds.next)) return false;
    return Reflect.getMetadata(nestMetadata.passthrough, type, method) !== true;
  });
}

/** The parts of a URL that a fixed key does not hold, and that the route declares. */
export interface RouteInputs {
  /** Whether to take the parameters of the path. */
  readonly params: boolean;
  /** Parameters of the query by name, or all of them. */
  readonly query: 'all' | readonly string[];
}

/** The inputs that the parameters of an HTTP handler read besides the body, as far as decorators show it. */
export interface HandlerInput {
  /** By `@Headers('name')`, in lower case. */
  readonly headers: readonly string[];
  /** The first parameter that holds all headers, or the whole request: `@Headers()`, `@Req()`, `@Context()` of GraphQL. */
  readonly wholeRequest: string | undefined;
  readonly url: RouteInputs;
  /** The first parameter that holds the identity or the address of the client. */
  readonly callerParameter: string | undefined;
}

export function handlerInput(type: ClassLike, methods: readonly string[]): HandlerInput {
  const parameters = methods.flatMap((method) => parametersOf(type, method));
  const dataOf = (kind: string): unknown[] => parameters.filter((parameter) => parameter.kind === kind).map(({ data }) => data);
  const isName = (data: unknown): data is string => typeof data === 'string';
  const [headers, query] = [dataOf(kinds.headers), dataOf(kinds.query)];
  const wholeHeaders = headers.every(isName) ? undefined : '@Headers() without a name';
  return {
    headers: headers.filter(isName).map((name) => name.toLowerCase()),
    wholeRequest: dataOf(kinds.request).length > 0 ? '@Req()' : wholeHeaders,
    url: { params: true, query: query.every(isName) ? query.filter(isName) : 'all' },
    callerParameter: parameters.map(({ kind }) => callerKinds[kind]).find((name) => name !== undefined),
  };
}

/** Whether a resolver has a parameter that holds the request, by `@Context()`. */
export function hasGraphqlContext(type: ClassLike, methods: readonly string[]): boolean {
  return methods
    .flatMap((method) => parametersOf(type, method))
    .some(({ data, kind }) => kind === graphqlKinds.context && (typeof data !== 'string' || graphqlRequestFields.has(data)));
}

/** Whether a handler of messages has a parameter that holds the call or its client. */
export function hasCallObject(type: ClassLike, methods: readonly string[], transport: string): boolean {
  const found = callObjectKinds[transport] ?? [];
  return methods.flatMap((method) => parametersOf(type, method)).some(({ kind }) => found.includes(kind));
}

/** Whether a handler has no decorated parameter: then Nest passes it all arguments of the platform. */
export function isUndecorated(type: ClassLike, methods: readonly string[]): boolean {
  return methods.every((method) => parametersOf(type, method).length === 0);
}

/** Whether a resolver reads the selected fields, which are no part of a key: by `@Info()`. */
export function readsSelection(type: ClassLike, methods: readonly string[]): boolean {
  return methods.flatMap((method) => parametersOf(type, method)).some(({ kind }) => kind === graphqlKinds.info);
}

/** Whether a handler gets the response of the platform, by `@Res()`: it may read fields that middleware has set on it. */
export function readsResponse(type: ClassLike, methods: readonly string[]): boolean {
  return methods.flatMap((method) => parametersOf(type, method)).some(({ kind }) => kind === kinds.response);
}

/** Whether a handler has a parameter decorator made by `createParamDecorator`, which may read anything of the call. */
export function hasCustomParameter(type: ClassLike, methods: readonly string[]): boolean {
  return methods.flatMap((method) => parametersOf(type, method)).some(({ kind }) => kind.endsWith('__customRouteArgs__'));
}

/** Whether the host of a request selects its handler, or is an argument of it. */
export function variesByHost(type: ClassLike, handler: object, methods: readonly string[]): boolean {
  return declaredHosts(type, handler).length > 0 || hasHostParameter(type, handler, methods);
}

/** Whether one handler answers several hosts and can know which: by `@HostParam()`, or by a pattern such as `:tenant.example.com`. */
export function hasHostParameter(type: ClassLike, handler: object, methods: readonly string[]): boolean {
  const isArgument = methods.flatMap((method) => parametersOf(type, method)).some(({ kind }) => kind === kinds.host);
  return isArgument || declaredHosts(type, handler).some((host) => typeof host !== 'string' || /[:*{(]/.test(host));
}

/** Of a controller and of Fastify's constraints. */
function declaredHosts(type: ClassLike, handler: object): readonly unknown[] {
  const constraints = Reflect.getMetadata(nestMetadata.fastifyConstraints, handler) as { readonly host?: unknown } | undefined;
  return [Reflect.getMetadata(nestMetadata.host, type) as unknown, constraints?.host].flat().filter((host) => host !== undefined);
}

/** Nest's keys are `kind:index`. */
function parametersOf(type: ClassLike, method: string): readonly Parameter[] {
  const declared = Reflect.getMetadata(nestMetadata.routeArguments, type, method) as
    Readonly<Record<string, { data?: unknown }>> | undefined;
  return Object.entries(declared ?? {}).map(([key, { data }]) => ({ kind: key.split(':')[0] ?? '', data }));
}
