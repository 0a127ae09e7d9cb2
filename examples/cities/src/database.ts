import { once, setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';

export interface Query {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly replyTo: MessagePort;
}

export type Reply = { readonly rows: unknown[] } | { readonly error: unknown };

/**
 * PostgreSQL with all the cities in it, in memory. It runs in a separate thread: PGlite is WebAssembly, and computes without a pause;
 * in this thread it would hold up every request meanwhile, which no database server does.
 */
export class Database {
  readonly #worker: Worker;
  readonly #closing = new AbortController();

  private constructor(
    worker: Worker,
    /** How many it was filled with. */
    readonly cities: number,
  ) {
    this.#worker = worker;
    // Every query under way listens to it.
    setMaxListeners(0, this.#closing.signal);
  }

  static async open(): Promise<Database> {
    // The hook that compiles TypeScript belongs to a thread; the new one needs its own.
    const worker = new Worker(join(__dirname, 'database.worker.ts'), { execArgv: ['--require', 'ts-node/register'] });
    const [cities] = (await once(worker, 'message')) as [number];
    return new Database(worker, cities);
  }

  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const { port1, port2 } = new MessageChannel();
    try {
      this.#worker.postMessage({ sql, parameters, replyTo: port2 } satisfies Query, [port2]);
      const [reply] = (await once(port1, 'message', { signal: this.#closing.signal })) as [Reply];
      if ('error' in reply) throw reply.error;
      return reply.rows as Row[];
    } finally {
      port1.close();
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#worker.terminate();
  }
}
