import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Sends commands to a server on a connection of their own. Returns the reply to the last one as `redis-cli` prints it: the elements of a list in lines.
 * Rejects with the first error reply. A process for each command would cost a hundred times as much.
 */
export async function sendToServer(port: number, commands: readonly (readonly string[])[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write(Buffer.concat(commands.map(encoded)));
    let received: Buffer = Buffer.alloc(0);
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk as Buffer]);
      const replies = repliesIn(received);
      const error = replies.find(({ isError }) => isError);
      if (error !== undefined) throw new Error(error.text);
      if (replies.length === commands.length) return replies.at(-1)?.text ?? '';
    }
    throw new Error(`the server closed the connection instead of replying to ${commands.map(([name]) => name).join()}`);
  } finally {
    socket.destroy();
  }
}

interface Reply {
  readonly text: string;
  readonly isError: boolean;
  /** The position after it. */
  readonly end: number;
}

function encoded(command: readonly string[]): Buffer {
  const words = command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return Buffer.from(`*${command.length}\r\n${words.join('')}`);
}

/** Those that have arrived whole. */
function repliesIn(bytes: Buffer): readonly Reply[] {
  const replies: Reply[] = [];
  for (let next = replyAt(bytes, 0); next !== undefined; next = replyAt(bytes, next.end)) replies.push(next);
  return replies;
}

function replyAt(bytes: Buffer, start: number): Reply | undefined {
  const lineEnd = bytes.indexOf('\r\n', start);
  if (lineEnd === -1) return undefined;
  const line = bytes.toString('utf8', start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (bytes.toString('latin1', start, start + 1)) {
    case '$':
      return bulkAt(bytes, end, Number(line));
    case '*':
      return listAt(bytes, end, Number(line));
    case '-':
      return { text: line, isError: true, end };
    default:
      return { text: line, isError: false, end };
  }
}

function bulkAt(bytes: Buffer, start: number, length: number): Reply | undefined {
  if (length < 0) return { text: '', isError: false, end: start };
  const end = start + length + 2;
  return bytes.length < end ? undefined : { text: bytes.toString('utf8', start, start + length), isError: false, end };
}

function listAt(bytes: Buffer, start: number, length: number): Reply | undefined {
  const texts: string[] = [];
  let end = start;
  for (let i = 0; i < length; i++) {
    const element = replyAt(bytes, end);
    if (element === undefined) return undefined;
    texts.push(element.text);
    end = element.end;
  }
  return { text: texts.join('\n'), isError: false, end };
}
