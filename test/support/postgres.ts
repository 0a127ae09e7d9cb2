import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { PGlite } from '@electric-sql/pglite';

/** The code in the place of a version, by which a client asks for TLS. */
const sslRequest = 80_877_103;

const ready = reply('Z', 'I');

/** As from a server that begins to shut down. */
const unavailable = reply('E', 'SERROR\0C57P03\0Mthe database system is shutting down\0\0');

/** A PostgreSQL in this process, with its protocol on a port. It has one session: a pool of clients has to be of one. */
export class TestPostgres {
  /** Answers every command with an error. */
  isAway = false;
  readonly #database: PGlite;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(database: PGlite) {
    this.#database = database;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(): Promise<TestPostgres> {
    const postgres = new TestPostgres(await PGlite.create());
    postgres.#server.listen(0, '127.0.0.1');
    await once(postgres.#server, 'listening');
    return postgres;
  }

  get url(): string {
    return `postgresql://postgres:postgres@127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/postgres`;
  }

  async query(sql: string, parameters: readonly unknown[] = []): Promise<readonly unknown[]> {
    return (await this.#database.query(sql, [...parameters])).rows;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
    await this.#database.close();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    let isStarted = false;
    let unread = Buffer.alloc(0);
    let answered = Promise.resolve();
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      unread = Buffer.concat([unread, chunk]);
      if (!isStarted && unread.length >= 8 && unread.readInt32BE(4) === sslRequest) {
        socket.write('N');
        unread = unread.subarray(8);
      }
      const length = wholeMessages(unread, isStarted);
      if (length === 0) return;
      const messages = unread.subarray(0, length);
      unread = unread.subarray(length);
      const isCommand = isStarted;
      isStarted = true;
      answered = answered.then(async () => {
        const answer = isCommand && this.isAway ? refusal(messages) : await this.#database.execProtocolRaw(messages);
        if (socket.writable) socket.write(answer);
      });
    });
  }
}

/** The bytes of the messages that have arrived whole, up to the last `Sync` or simple command. The first message has no type. */
function wholeMessages(data: Buffer, isStarted: boolean): number {
  if (!isStarted) return data.length >= 4 && data.length >= data.readInt32BE(0) ? data.readInt32BE(0) : 0;
  let whole = 0;
  for (let at = 0; at + 5 <= data.length;) {
    const next = at + 1 + data.readInt32BE(at + 1);
    if (next > data.length) break;
    if ('SQX'.includes(String.fromCharCode(data[at] ?? 0))) whole = next;
    at = next;
  }
  return whole;
}

/** One error for the messages up to each `Sync`, and an end of the reply for the `Sync`. */
function refusal(messages: Buffer): Buffer {
  const replies: Buffer[] = [];
  let hasFailed = false;
  for (let at = 0; at < messages.length; at += 1 + messages.readInt32BE(at + 1)) {
    const type = String.fromCharCode(messages[at] ?? 0);
    if (type !== 'S' && type !== 'X' && !hasFailed) replies.push(unavailable);
    if (type === 'S' || type === 'Q') replies.push(ready);
    hasFailed = type !== 'S' && type !== 'Q';
  }
  return Buffer.concat(replies);
}

function reply(type: string, body: string): Buffer {
  const message = Buffer.alloc(5 + Buffer.byteLength(body));
  message.write(type);
  message.writeInt32BE(message.length - 1, 1);
  message.write(body, 5);
  return message;
}
