import { expect } from 'chai';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { FaultProxy } from './fault-proxy';
import { TestServer } from './servers';

describe('FaultProxy', () => {
  let server: TestServer;
  let proxy: FaultProxy;
  let sockets: Socket[];

  before(async () => {
    server = await TestServer.start('redis');
  });

  beforeEach(async () => {
    proxy = await FaultProxy.start(server.port);
    sockets = [];
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await proxy.stop();
  });

  after(() => server.stop());

  it('passes requests and replies on', async () => {
    expect(await ask(await dial(), 'PING')).to.equal('+PONG\r\n');
    expect(proxy.accepted).to.equal(1);
  });

  it('refuses: cuts open connections, accepts no new ones, and comes back on the same port', async () => {
    const open = await dial();

    await proxy.set({ mode: 'refuse' });
    expect(await codeOfError(open)).to.equal('ECONNRESET');
    expect(await codeOfError(connectTo(proxy.port))).to.equal('ECONNREFUSED');
    await proxy.set({ mode: 'pass' });

    expect(await ask(await dial(), 'PING')).to.equal('+PONG\r\n');
  });

  it('resets open and new connections until it passes again', async () => {
    const open = await dial();

    await proxy.set({ mode: 'reset' });
    expect(await codeOfError(open)).to.equal('ECONNRESET');
    expect(await codeOfError(connectTo(proxy.port))).to.equal('ECONNRESET');
    await proxy.set({ mode: 'pass' });

    expect(await ask(await dial(), 'PING')).to.equal('+PONG\r\n');
  });

  it('holds back data that is sent into the blackhole, on old and new connections, until it passes again', async () => {
    const old = await dial();
    await proxy.set({ mode: 'blackhole' });
    const fresh = await dial();
    const answers = Promise.all([ask(old, 'PING'), ask(fresh, 'PING')]);

    const first = await Promise.race([answers, new Promise((resolve) => setTimeout(resolve, 50, 'silence'))]);
    expect(first).to.equal('silence');
    await proxy.set({ mode: 'pass' });

    expect(await answers).to.deep.equal(['+PONG\r\n', '+PONG\r\n']);
  });

  it('delays requests and replies', async () => {
    await proxy.set({ requestLatency: 30, replyLatency: 40 });
    const socket = await dial();
    const startedAt = performance.now();

    await ask(socket, 'PING');

    expect(performance.now() - startedAt).to.be.at.least(69);
  });

  it('keeps the order when the latency shrinks under way', async () => {
    const socket = await dial();
    await proxy.set({ requestLatency: 60 });
    const echoed = ask(socket, 'ECHO first', 18);
    await new Promise((resolve) => setTimeout(resolve, 10));

    await proxy.set({ requestLatency: 0 });
    socket.write('ECHO later\r\n');

    expect(await echoed).to.match(/first[^]*later/);
  });

  it('cuts the connection in the middle of a reply, and lets nothing through after it', async () => {
    const socket = await dial();
    await proxy.set({ cutAfterReplyBytes: 3 });

    expect(await ask(socket, 'PING', 3)).to.equal('+PO');
    await once(socket, 'close');
    await proxy.set({ cutAfterReplyBytes: Infinity });

    expect(await ask(await dial(), 'PING')).to.equal('+PONG\r\n');
  });

  it('cuts all open connections once', async () => {
    const open = await dial();

    proxy.cutAll();

    expect(await codeOfError(open)).to.equal('ECONNRESET');
    expect(await ask(await dial(), 'PING')).to.equal('+PONG\r\n');
  });

  /** A connection on which one answer has proved that it reaches the server. */
  async function dial(): Promise<Socket> {
    const socket = connectTo(proxy.port);
    await once(socket, 'connect');
    return socket;
  }

  function connectTo(port: number): Socket {
    const socket = connect({ host: '127.0.0.1', port });
    sockets.push(socket);
    return socket;
  }
});

/** Resolves with everything received, once it is at least so many bytes. */
async function ask(socket: Socket, command: string, bytes = 7): Promise<string> {
  let received = '';
  socket.write(`${command}\r\n`);
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    received += chunk.toString();
    if (received.length >= bytes) break;
  }
  return received;
}

async function codeOfError(socket: Socket): Promise<string | undefined> {
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  return error.code;
}
