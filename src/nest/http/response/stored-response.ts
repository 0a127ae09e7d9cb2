export type HeaderValue = string | number | readonly string[];

/** The whole answer to a request: what a hit has to bring back. */
export interface StoredResponse {
  readonly body: unknown;
  /** `undefined` where it is the one of the route. */
  readonly status: number | undefined;
  /** Those that the handler set, by names in lower case. */
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly etag: string | undefined;
}

/** Says that what is stored is more than a body. Changes whenever an older one could be misread. */
const tag = 'tiercel:answer';

const layout = 1;

const noHeaders: StoredResponse['headers'] = {};

/** What is stored: the body itself when there is nothing else to tell, as somebody who asks the cache for it expects. */
export function pack({ body, status, headers, etag }: StoredResponse): unknown {
  const isBare = status === undefined && etag === undefined && Object.keys(headers).length === 0;
  // A body that looks like an envelope goes into one, so that nobody who may choose a body can choose headers.
  return isBare && !isEnvelope(body) ? body : { [tag]: layout, body, status, headers, etag };
}

export function unpack(stored: unknown): StoredResponse {
  return isEnvelope(stored) ? stored : { body: stored, status: undefined, headers: noHeaders, etag: undefined };
}

function isEnvelope(value: unknown): value is StoredResponse {
  return typeof value === 'object' && value !== null && (value as Readonly<Record<string, unknown>>)[tag] === layout;
}
