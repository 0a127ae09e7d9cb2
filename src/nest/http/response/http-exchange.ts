import { ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import type { ExecutionContext } from '@nestjs/common';
import { directivesOf } from './cache-control-header';
import { detachHead, type HeaderValue, type ResponseHead } from './response-headers';

export interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The part of a response that Express and Fastify share. */
interface HttpResponse {
  readonly statusCode: number;
  /** Fastify: the response of Node. */
  readonly raw?: ServerResponse;
  /** Fastify. */
  readonly sent?: boolean;
  getHeader(name: string): HeaderValue | undefined;
  getHeaders(): Readonly<Record<string, HeaderValue | undefined>>;
  /** A method of Node; Express adds a slower one. */
  setHeader?(name: string, value: HeaderValue): unknown;
  /** Fastify. */
  header(name: string, value: HeaderValue): unknown;
  removeHeader(name: string): unknown;
  status(code: number): unknown;
}

/**
 * One request and its response. A hit reads few of their properties: Express gives each object a hidden class of its own, so that the first read of a
 * property costs up to a microsecond.
 */
export class HttpExchange {
  readonly request: HttpRequest;
  readonly #response: HttpResponse;
  /** Node's own response. */
  readonly node: ServerResponse;
  /** Of Fastify, which wraps the response of Node. */
  readonly #isReply: boolean;
  #routeStatus: number | undefined;
  #statusWeSet: number | undefined;
  #initial: ResponseHead | undefined;
  #isSentAgain = false;

  constructor(context: ExecutionContext) {
    this.request = httpRequest(context);
    this.#response = httpResponse(context);
    this.node = nodeResponse(this.#response);
    this.#isReply = this.node !== (this.#response as unknown);
  }

  /** `undefined` for a call that is no HTTP request. */
  static of(context: ExecutionContext): HttpExchange | undefined {
    return context.getType() === 'http' ? new HttpExchange(context) : undefined;
  }

  /** Whether the request forbids storing its response. */
  get forbidsStoring(): boolean {
    const directives = this.request.headers['cache-control'];
    return directives !== undefined && directivesOf(directives).has('no-store');
  }

  get isAnswered(): boolean {
    return this.node.headersSent || (this.#isReply && this.#response.sent === true);
  }

  /** The status before the handler ran, and before a stored response was written. */
  get routeStatus(): number {
    return (this.#routeStatus ??= this.#response.statusCode);
  }

  get status(): number {
    return this.#response.statusCode;
  }

  set status(code: number) {
    this.#routeStatus ??= this.#response.statusCode;
    this.#statusWeSet = code;
    this.#response.status(code);
  }

  /** Whether the status is still the one that this object set last. */
  get isStatusUntouched(): boolean {
    return this.#response.statusCode === (this.#statusWeSet ?? this.routeStatus);
  }

  /** `@fastify/cookie` adds its cookies to the headers only while sending. */
  get hasPendingCookies(): boolean {
    const members = this.#response as unknown as Readonly<Record<symbol, { readonly size?: number } | null | undefined>>;
    const symbol = Object.getOwnPropertySymbols(this.#response).find(({ description }) => description === 'fastify.reply.setCookies');
    return symbol !== undefined && (members[symbol]?.size ?? 0) > 0;
  }

  isResponse(body: unknown): boolean {
    return body === this.#response || body === this.node;
  }

  header(name: string): HeaderValue | undefined {
    return this.#response.getHeader(name);
  }

  setHeader(name: string, value: HeaderValue): void {
    writeHeader(this.#response, name, value);
  }

  head(): ResponseHead {
    const status = this.#response.statusCode;
    this.#routeStatus ??= status;
    return { status, headers: this.#response.getHeaders() };
  }

  /** Saves the head before a stored response is written: a background run of the handler starts from it. */
  keepInitialHead(): void {
    this.#initial ??= this.head();
  }

  /** Whether a background run of the handler tried to send the response again. */
  get isSentAgain(): boolean {
    return this.#isSentAgain;
  }

  /**
   * Restores an earlier head of the response.
   * @returns whether nothing had changed
   */
  rewind(head: ResponseHead): boolean {
    return !this.isAnswered && this.#restore(head);
  }

  /**
   * Waits until the response has been sent, then restores the saved head for a background run of the handler, which must not write into a response
   * that is being sent.
   */
  async detach(): Promise<void> {
    await finished(this.node).catch(() => undefined);
    const initial = { status: this.routeStatus, headers: this.#initial?.headers ?? {} };
    detachHead(this.node, initial.headers, () => {
      this.#isSentAgain = true;
    });
    this.#restore(initial);
  }

  #restore({ status, headers }: ResponseHead): boolean {
    const present = this.#response.getHeaders();
    const added = Object.keys(present).filter((name) => headers[name] === undefined);
    const changed = Object.entries(headers).filter(([name, value]) => String(value) !== String(present[name]));
    const wasClean = this.status === status && added.length + changed.length === 0;
    this.status = status;
    for (const name of added) this.#response.removeHeader(name);
    for (const [name, value] of changed) if (value !== undefined) this.setHeader(name, value);
    return wasClean;
  }
}

function nodeResponse(response: HttpResponse): ServerResponse {
  return response instanceof ServerResponse ? response : (response.raw ?? (response as unknown as ServerResponse));
}

/** Does nothing for a call that is no HTTP request. */
export function setResponseHeader(context: ExecutionContext, name: string, value: HeaderValue): void {
  if (context.getType() === 'http') writeHeader(httpResponse(context), name, value);
}

function writeHeader(response: HttpResponse, name: string, value: HeaderValue): void {
  if (response.setHeader === undefined) response.header(name, value);
  else response.setHeader(name, value);
}

/** Avoids `context.switchToHttp()`, which creates three functions on each call: a quarter of a microsecond. */
export function httpRequest<T>(context: ExecutionContext): T {
  return context.getArgByIndex<T>(0);
}

export function httpResponse<T>(context: ExecutionContext): T {
  return context.getArgByIndex<T>(1);
}
