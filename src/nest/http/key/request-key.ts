import type { ExecutionContext } from '@nestjs/common';
import { CacheError } from '../../../domain/cache-error';
import type { RouteConfig } from '../route/route-config';
import type { CheckedFactory } from '../route/checked-factories';

type Key = string | undefined | Promise<string | undefined>;

/**
 * The key of a call without its qualifiers: by `@CacheKey` on the handler, or else made of the request, after the prefix by `@CacheKey` on the
 * controller.
 */
export function baseKey({ key, prefix }: RouteConfig, context: ExecutionContext, ofRequest: () => string | undefined): Key {
  const own = key === undefined ? ofRequest() : resolved(key, context);
  return prefix === undefined || own === undefined ? own : prefixed(prefix, own, context);
}

function resolved(key: string | CheckedFactory, context: ExecutionContext): Key {
  return typeof key === 'function' ? key(context) : key;
}

async function prefixed(prefix: string | CheckedFactory, own: Key, context: ExecutionContext): Promise<string | undefined> {
  const [first, second] = [await resolved(prefix, context), await own];
  return first === undefined || second === undefined ? undefined : `${first}:${second}`;
}

/** Names without a bracket, a dot or an escape, and values without a `;`, which some parsers read as a `&`. */
const plainQuery = /^(?:[\w~-]+(?:=[^&;]*)?(?:&|$))+$/;

/**
 * The key of a request: method, path and query. A plain query is sorted, so that `?a=1&b=2` and `?b=2&a=1` share an entry; repeated parameters keep
 * their order. Any other query is used as it was sent, and nothing is decoded: a parser that decodes more or less, or reads `a[]` and `a` as one
 * list, would otherwise make one entry of two requests.
 * @param parsed - returns the query as the platform has parsed it: it is sorted only if each parameter was parsed as a plain one
 */
export function requestKey(method: string, url: string, parsed: () => unknown): string {
  const mark = url.indexOf('?');
  const query = mark === -1 ? '' : url.slice(mark + 1);
  if (!query.includes('&') || !plainQuery.test(query)) return `${method}:${url}`;
  const parameters = query.split('&').map(toParameter);
  const sorted = [...parameters].sort(byName);
  if (sorted.every((parameter, index) => parameter === parameters[index])) return `${method}:${url}`;
  if (!wasReadPlainly(parameters, parsed())) return `${method}:${url}`;
  return `${method}:${url.slice(0, mark)}?${sorted.map(({ text }) => text).join('&')}`;
}

interface Parameter {
  readonly text: string;
  readonly name: string;
}

function toParameter(text: string): Parameter {
  return { text, name: text.split('=', 1)[0] ?? '' };
}

function byName(one: Parameter, other: Parameter): number {
  return one.name < other.name ? -1 : Number(one.name > other.name);
}

/**
 * Whether the platform has parsed each name as one text, or as a list of all its texts. False for a parser that ignores case, keeps the last of
 * repeated names, stops after a number of them, or converts texts to numbers.
 */
function wasReadPlainly(parameters: readonly Parameter[], parsed: unknown): boolean {
  if (typeof parsed !== 'object' || parsed === null) return false;
  const counts = new Map<string, number>();
  for (const { name } of parameters) counts.set(name, (counts.get(name) ?? 0) + 1);
  const fields = parsed as Readonly<Record<string, unknown>>;
  return Object.keys(fields).length === counts.size && [...counts].every(([name, count]) => isPlain(fields[name], count));
}

function isPlain(value: unknown, count: number): boolean {
  if (count === 1) return typeof value === 'string';
  return Array.isArray(value) && value.length === count && value.every((item) => typeof item === 'string');
}

/** Further inputs of a response, each as `name=value`, or as a name. */
type Qualifiers = readonly string[];

/**
 * Prefixes a key with qualifiers: `@id=42;v=2:GET:/users`. Qualifiers contain no colon, so the first colon ends them. A plain key that begins with
 * `@` gets a second one, so it equals no qualified key.
 */
export function qualifiedKey(key: string, qualifiers: Qualifiers): string {
  if (qualifiers.length > 0) return `@${qualifiers.join(';')}:${key}`;
  return key.startsWith('@') ? `@${key}` : key;
}

/**
 * Escapes the separators in a text.
 * @throws CacheError `CACHE_KEY_INVALID` for text with lone surrogates, because two such texts could become one
 */
export function qualifier(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw new CacheError(
      'CACHE_KEY_INVALID',
      'CacheableInterceptor: a scope, version or header that is part of the key is not well-formed',
    );
  }
}
