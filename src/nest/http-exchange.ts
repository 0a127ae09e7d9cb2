import type { ExecutionContext } from '@nestjs/common';

/** What Express and Fastify have in common, as far as it decides about caching. */
interface HttpResponse {
  readonly statusCode: number;
  /** Express. */
  readonly headersSent?: boolean;
  /** Fastify. */
  readonly sent?: boolean;
  getHeader?(name: string): unknown;
}

interface HttpRequest {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly user?: unknown;
}

/** One request and its response, seen as a shared cache sees them. */
export class HttpExchange {
  readonly #request: HttpRequest;
  readonly #response: HttpResponse;
  /** What the route itself says; a handler that sets another one has something to tell that the body alone does not. */
  readonly #status: number;

  private constructor(context: ExecutionContext) {
    this.#request = context.switchToHttp().getRequest<HttpRequest>();
    this.#response = context.switchToHttp().getResponse<HttpResponse>();
    this.#status = this.#response.statusCode;
  }

  /** `undefined` for a call that is no HTTP request. */
  static of(context: ExecutionContext): HttpExchange | undefined {
    return context.getType() === 'http' ? new HttpExchange(context) : undefined;
  }

  get response(): unknown {
    return this.#response;
  }

  /** Whether the answer may depend on who asks. */
  get carriesCredentials(): boolean {
    const { headers = {}, user } = this.#request;
    return user !== undefined || headers['authorization'] !== undefined || headers['cookie'] !== undefined;
  }

  get isAnswered(): boolean {
    return this.#response.headersSent === true || this.#response.sent === true;
  }

  /** Whether the body that the handler returned is all there is to the response, and is meant for everybody. */
  mayShare(body: unknown): boolean {
    if (body === this.#response || this.isAnswered) return false;
    if (!storableStatuses.has(this.#response.statusCode) || this.#response.statusCode !== this.#status) return false;
    return this.#header('set-cookie') === undefined && !/no-store|private/i.test(String(this.#header('cache-control')));
  }

  #header(name: string): unknown {
    return this.#response.getHeader?.(name);
  }
}

const storableStatuses: ReadonlySet<number> = new Set([200, 203, 204, 301, 404, 410]);
