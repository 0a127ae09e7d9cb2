import { graphqlRequest } from './caller';
import { isCallerName, isIdentityName } from './identity-names';
import { isKnownField } from './known-fields';
import { holdsSomething, inheritedGetters, type KeyContents } from './request-fields';
import { requestSign, responseSign, type Request } from './request-sign';

type Fields = Readonly<Record<string, unknown>>;

/** The context of a resolver: an object of the application, with fields of the server. */
interface GraphqlContext {
  /** Of `graphql-ws`: the payload with which the client opened its connection. */
  readonly connectionParams?: object | null;
  /** Of `graphql-ws`: the connection, and fields that `onConnect` has set. */
  readonly extra?: SubscriptionFields | null;
  readonly res?: unknown;
}

interface SubscriptionFields {
  readonly connectionParams?: object | null;
  /** The request that opened the connection. */
  readonly request?: Request;
}

/** Set by Mercurius and GraphQL Yoga. */
const serverFields: ReadonlySet<string> = new Set(
  'req reply request response pubsub operationsCount operationId operation operationName document variables extensions schema'.split(' '),
);

const connectionFields: ReadonlySet<string> = new Set(['socket', 'request', 'connectionParams']);

/** As for requests; besides the request, the fields of the context and the connection of a subscription are searched. */
export function graphqlSign(context: unknown, contents: KeyContents): string | undefined {
  const request = graphqlRequest(context) as Request | undefined;
  if (request?.headers === undefined) return 'a GraphQL context without a request';
  const { connectionParams, extra, res } = context as GraphqlContext;
  return (
    requestSign(request, contents) ??
    responseSign(res, contents) ??
    firstField('connectionParams', connectionParams) ??
    subscriptionSign(extra ?? {}, request, contents) ??
    contextField(context as object, contents)
  );
}

function subscriptionSign(extra: SubscriptionFields, searched: Request, contents: KeyContents): string | undefined {
  const { connectionParams, request } = extra;
  return (
    firstField('connectionParams', connectionParams) ??
    (request === undefined || request === searched ? undefined : requestSign(request, contents)) ??
    firstField('extra', extra, (name) => !connectionFields.has(name) && (!contents.namedOnly || isIdentityName(name)))
  );
}

/** Also getters of a context that is an instance of a class. */
function contextField(context: object, { isOwn }: KeyContents): string | undefined {
  const namesCaller = isOwn ? isIdentityName : isCallerName;
  const own = firstField('context', context, (name, value) => (isOwn ? isIdentityName(name) : fieldCounts(name, value)));
  const name = own === undefined ? inheritedGetters(context).find((key) => namesCaller(key) && holdsSomething(context, key)) : undefined;
  return name === undefined ? own : `context.${name}`;
}

/**
 * A context also holds services, such as loaders and data sources: fields with other names count only if they hold plain data, or an object with the data of
 * a caller.
 */
function fieldCounts(name: string, value: unknown): boolean {
  if (connectionFields.has(name) || name === 'extra') return false;
  if (isCallerName(name)) return true;
  return !serverFields.has(name) && !isKnownField(name) && !name.startsWith('_') && (holdsData(value) || holdsCaller(value));
}

function holdsData(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return isDatum(value);
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).some(isDatum);
}

/** Whether an instance of a class, such as a shop, has data under the name of a caller: `shop.tenantId`. */
function holdsCaller(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const names = [...Object.keys(value), ...inheritedGetters(value)].filter(isCallerName);
  return names.some((name) => isFailingOrDatum(value, name));
}

/** A getter that fails may be that of a caller. */
function isFailingOrDatum(value: object, name: string): boolean {
  try {
    return isDatum((value as Fields)[name]);
  } catch {
    return true;
  }
}

function isDatum(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'bigint' || value === true;
}

/** The first field with a value, and with a name that counts. */
export function firstField(
  where: string,
  fields: object | null | undefined,
  counts: (name: string, value: unknown) => boolean = () => true,
): string | undefined {
  const found = Object.entries((fields ?? {}) as Fields).find(
    ([name, value]) => value !== undefined && value !== null && counts(name, value),
  );
  return found === undefined ? undefined : `${where}.${found[0]}`;
}
