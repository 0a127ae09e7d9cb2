export type HeaderValue = string | number | readonly string[];

/** The whole answer to a request: what a hit has to bring back. */
export interface Answer {
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

const noHeaders: Answer['headers'] = {};

/** What is stored: the body itself when there is nothing else to tell, as somebody who asks the cache for it expects. */
export function pack({ body, status, headers, etag }: Answer): unknown {
  const isBare = status === undefined && etag === undefined && Object.keys(headers).length === 0;
  // A body that looks like an envelope goes into one, so that nobody who may choose a body can choose headers.
  return isBare && !isTagged(body) ? body : { [tag]: layout, body, status, headers, etag };
}

export function unpack(stored: unknown): Answer {
  return isTagged(stored) ? stored : { body: stored, status: undefined, headers: noHeaders, etag: undefined };
}

function isTagged(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && (value as Readonly<Record<string, unknown>>)[tag] === layout;
}
