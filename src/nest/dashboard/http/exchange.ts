import type { Html } from '../html/html';

/** What Express and Fastify agree on of a request. */
export interface PageRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly query: unknown;
  /** `undefined` where nothing parses bodies. */
  readonly body?: unknown;
  /** `https` also where a proxy that the application trusts says so. */
  readonly protocol?: string;
}

/** What they agree on of a reply. */
export interface PageReply {
  status(code: number): PageReply;
  header(name: string, value: string): PageReply;
  /** Express alone, whose `header` replaces the cookies of others; that of Fastify does not. */
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

/** The texts among fields that a stranger has filled in. */
export function fieldsOf(given: unknown): Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null ? (given as Readonly<Record<string, unknown>>) : {};
}

/** Empty for what was not given, or is no text. */
export function textField(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

export function answer(reply: PageReply, { status, headers, cookie, body }: PageAnswer): void {
  reply.status(status);
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  if (cookie !== undefined) addCookie(reply, cookie);
  reply.send(body.toString());
}

function addCookie(reply: PageReply, cookie: string): void {
  if (reply.append === undefined) reply.header('set-cookie', cookie);
  else reply.append('set-cookie', cookie);
}
