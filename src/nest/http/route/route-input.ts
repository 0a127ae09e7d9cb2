import type { ExecutionContext } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { isIdentityHeader } from '../key/identity-names';
import {
  handlerInput,
  hasCallObject,
  hasCustomParameter,
  hasGraphqlContext,
  isUndecorated,
  readsSelection,
  sendsResponseItself,
  type HandlerInput,
  type RouteInputs,
} from './handler-parameters';
import { isRequestScoped } from './nest-metadata';

export const noUrlInputs: RouteInputs = { params: false, query: [] };

const noInput: HandlerInput = { headers: [], wholeRequest: undefined, url: noUrlInputs, callerParameter: undefined };

/** The inputs of a handler. On transports without an HTTP request the same metadata numbers mean other kinds of parameters. */
export function inputOf(context: ExecutionContext, methods: readonly string[]): HandlerInput {
  const transport = context.getType<string>();
  if (transport !== 'http') return { ...noInput, wholeRequest: callObject(context, transport, methods) };
  const { headers, ...input } = handlerInput(context.getClass(), methods);
  // A request with one of these headers is not answered from the cache without a scope, and a secret must not be part of a key.
  return { ...input, headers: headers.filter((name) => !isIdentityHeader(name)) };
}

/** A parameter that holds the whole call, such as the topic of a message and the client that sent it; `undefined` for a handler without one. */
function callObject(context: ExecutionContext, transport: string, methods: readonly string[]): string | undefined {
  const type = context.getClass();
  const parameters = context.getHandler().length;
  if (transport === 'graphql') {
    if (hasGraphqlContext(type, methods)) return '@Context()';
    return isUndecorated(type, methods) && parameters > graphqlContextIndex ? 'the context of the resolver' : undefined;
  }
  if (hasCallObject(type, methods, transport)) return transport === 'ws' ? '@ConnectedSocket()' : '@Ctx()';
  return transport === 'ws' && isUndecorated(type, methods) && parameters > 0 ? 'the client of the gateway' : undefined;
}

/** Of an undecorated resolver: `(root, args, context, info)`. */
const graphqlContextIndex = 2;

/** Whether the result of a handler is no response of its key: it sends the response itself, or reads the fields that a GraphQL query selects. */
export function isUnkeyable(context: ExecutionContext, methods: readonly string[]): boolean {
  const [transport, type] = [context.getType<string>(), context.getClass()];
  if (transport === 'http') return sendsResponseItself(type, methods);
  if (transport !== 'graphql') return false;
  return readsSelection(type, methods) || (isUndecorated(type, methods) && context.getHandler().length > graphqlContextIndex + 1);
}

/** The parts of a URL that are added to a fixed key. A handler that gets the whole request may read all of its query. */
export function urlInputs({ url }: HandlerInput, readsRequest: boolean): RouteInputs {
  return readsRequest && url.params ? { ...url, query: 'all' } : url;
}

/** The inputs of a handler that no key can hold. */
interface Unkeyed {
  /** The input that may identify the caller; `undefined` without one. */
  readonly callerInput: string | undefined;
  /** Whether the handler may read any part of the request. */
  readonly readsRequest: boolean;
}

export const nothingRead: Unkeyed = { callerInput: undefined, readsRequest: false };

interface Route {
  readonly declaredVary: readonly string[] | undefined;
  readonly input: HandlerInput;
  readonly modules: ModulesContainer | undefined;
}

export function whatIsRead(context: ExecutionContext, methods: readonly string[], { declaredVary, input, modules }: Route): Unkeyed {
  const unseen = unseenInput(context, methods, modules);
  const { callerParameter, wholeRequest } = input;
  // `@CacheVary` lists the headers that the response depends on.
  const whole = declaredVary === undefined ? wholeRequest : undefined;
  return { callerInput: unseen ?? whole ?? callerParameter, readsRequest: (unseen ?? wholeRequest) !== undefined };
}

/** Code that may read any part of the request, and of which metadata shows nothing else. */
function unseenInput(context: ExecutionContext, methods: readonly string[], modules: ModulesContainer | undefined): string | undefined {
  const type = context.getClass();
  if (isRequestScoped(type, modules)) return 'a class that is created for each request';
  if (methods.length === 0) return 'a handler whose parameters cannot be found';
  return hasCustomParameter(type, methods) ? 'a custom parameter decorator' : undefined;
}
