import type { ExecutionContext } from '@nestjs/common';
import type { Asker } from './asker';
import { carriesCredentials, userQualifier } from './asker';
import type { HandlerPlan } from './handler-plan';
import type { HttpRequest } from './http-exchange';
import { payloadHash } from './payload';
import { qualifiedKey, qualifier } from './qualified-key';

/** One call, as far as it names its entry. */
export interface NamedCall {
  readonly context: ExecutionContext;
  readonly plan: HandlerPlan;
  readonly asker: Asker;
  /** HTTP alone. */
  readonly request: HttpRequest | undefined;
  /** Tells the version that a request asks for, where that makes a difference. */
  readonly versionOf: ((request: HttpRequest) => string) | undefined;
}

/**
 * Completes the name of an entry by whatever else its answer depends on: whose it is, API version, headers, payload.
 * @param base - by `@CacheKey`, or made of the request
 * @returns `undefined` when the answer is nobody's but the asker's
 * @throws CacheError `CACHE_KEY_INVALID`
 */
export function callKey(base: string, call: NamedCall): string | undefined {
  const whose = ownerOf(call);
  if (whose === undefined) return undefined;
  const { context, plan } = call;
  const hash = typeof plan.key === 'function' ? undefined : payloadHash(context);
  const qualifiers = plan.vary.length === 0 && call.versionOf === undefined ? whose : [...whose, ...qualifiersOf(call)];
  if (hash === undefined) return qualifiedKey(base, qualifiers);
  // A hash behind an URL could be part of that URL.
  return plan.key === undefined ? qualifiedKey(base, [...qualifiers, `body=${hash}`]) : qualifiedKey(`${base}#${hash}`, qualifiers);
}

function qualifiersOf({ plan, request, versionOf }: NamedCall): readonly string[] {
  if (request === undefined) return [];
  const headers = plan.vary.map((name) => headerQualifier(name, request.headers[name]));
  // Who gives a request a key of its own means that key alone.
  return versionOf === undefined || plan.key !== undefined ? headers : [`v=${qualifier(versionOf(request))}`, ...headers];
}

const everybody: readonly string[] = [];

/** Whose the answer is: everybody's (no qualifier), somebody's by name, or nobody's but the asker's (`undefined`). */
function ownerOf({ plan: { scope }, asker, context }: NamedCall): readonly string[] | undefined {
  if (scope === undefined) return carriesCredentials(asker) ? undefined : everybody;
  if (scope === 'public') return everybody;
  if (scope === 'user') return listed(userQualifier(asker));
  const name = scope(context);
  return name === undefined ? undefined : [qualifier(name)];
}

function listed(name: string | undefined): readonly string[] | undefined {
  return name === undefined ? undefined : [name];
}

/** Without a `=` for a header that is not there. */
function headerQualifier(name: string, value: string | readonly string[] | undefined): string {
  if (value === undefined) return `h.${qualifier(name)}`;
  const members = String(value).split(',');
  return `h.${qualifier(name)}=${qualifier(members.map((member) => member.trim()).join())}`;
}
