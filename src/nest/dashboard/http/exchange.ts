import type { Html } from '../html/html';

/** The part of a request that Express and Fastify share. */
export interface PageRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly query: unknown;
  /** `undefined` where the application parses no bodies. */
  readonly body?: unknown;
  /** `https` also where a trusted proxy reports it. */
  readonly protocol?: string;
}

/** The part of a reply that they share. */
export interface PageReply {
  status(code: number): PageReply;
  header(name: string, value: string): PageReply;
  /** Exists in Express alone, whose `header` replaces earlier cookies; Fastify's `header` adds one. */
  append?(name: string, value: string): PageReply;
  send(body: string): unknown;
}

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookie?: string | undefined;
  readonly body: Html | '';
}

/** One value of a header, the first where there are several. */
export function headerOf({ headers }: PageRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/** The fields of a query or a form, which are untrusted. */
export function fieldsOf(given: unknown): Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null ? (given as Readonly<Record<string, unknown>>) : {};
}

/** Empty for a field that is missing, or is not a text. */
export function textField(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

export function answer(reply: PageReply, { status, headers, cookie, body }: PageAnswer): void {
  reply.status(status);
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  if (cookie !== undefined) (reply.append ?? reply.header).call(reply, 'set-cookie', cookie);
  reply.send(body.toString());
}

/**
 * The headers of every answer. They permit the page's own style and script alone, forbid browsers and proxies to store it, and forbid other
 * pages to show it in a frame.
 * @param nonce - of the style and the script
 */
export function pageHeaders(nonce: string): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}
