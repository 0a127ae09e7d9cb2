import type { ExecutionContext } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { isIdentityHeader } from '../key/identity-names';
import {
  handlerInput,
  hasCustomParameter,
  hasGraphqlContext,
  isRequestScoped,
  readsSelection,
  sendsResponseItself,
  type HandlerInput,
  type RouteInputs,
} from './nest-metadata';

export const noUrlInputs: RouteInputs = { params: false, query: [] };

const noInput: HandlerInput = { headers: [], wholeRequest: undefined, url: noUrlInputs, callerParameter: undefined };

/** The inputs of a handler. On transports without an HTTP request the same metadata numbers mean other kinds of parameters. */
export function inputOf(context: ExecutionContext, methods: readonly string[]): HandlerInput {
  const transport = context.getType<string>();
  if (transport === 'graphql' && hasGraphqlContext(context.getClass(), methods)) return { ...noInput, wholeRequest: '@Context()' };
  if (transport !== 'http') return noInput;
  const { headers, ...input } = handlerInput(context.getClass(), methods);
  // A request with one of these headers is not answered from the cache without a scope, and a secret must not be part of a key.
  return { ...input, headers: headers.filter((name) => !isIdentityHeader(name)) };
}

/** Whether the result of a handler is no response of its key: it sends the response itself, or reads the fields that a GraphQL query selects. */
export function isUnkeyable(context: ExecutionContext, methods: readonly string[]): boolean {
  const [transport, type] = [context.getType<string>(), context.getClass()];
  return (transport === 'http' && sendsResponseItself(type, methods)) || (transport === 'graphql' && readsSelection(type, methods));
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
