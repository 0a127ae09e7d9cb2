import { expect } from 'chai';
import { execFileSync, fork } from 'node:child_process';
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { connect, createServer, Server } from 'node:net';
import { spy } from 'sinon';

import { MetricsServer } from '../../../src/adapters/prometheus/metrics-server';
import { FakeClock, RecordingLogger } from '../../../src/testing';
import { deferred } from '../../builders/deferred';
import { freePort } from '../../support/free-port';
import { listening } from './listening';

const host = '127.0.0.1';

describe('MetricsServer', () => {
  let clock: FakeClock;
  let logger: RecordingLogger;
  let server: MetricsServer | undefined;
  let occupant: Server | undefined;

  beforeEach(() => {
    clock = new FakeClock();
    logger = new RecordingLogger();
  });

  afterEach(() => {
    server?.close();
    occupant?.close();
    expect(clock.waiting, 'timers after close').to.equal(0);
    server = occupant = undefined;
  });

  const serve = (port: number, render = () => Promise.resolve('numbers')): MetricsServer =>
    (server = new MetricsServer({ host, port, path: '/metrics' }, render, logger, clock));

  const occupied = async (): Promise<number> => {
    const port = await freePort();
    occupant = createServer().listen(port, host);
    await once(occupant, 'listening');
    return port;
  };

  const refused = async (): Promise<void> => {
    while (clock.waiting === 0) await new Promise(setImmediate);
  };

  it('tries a port that is taken every 30 s, and logs once that it is taken and once that it listens', async () => {
    const port = await occupied();
    const late = serve(port);
    await refused();
    await clock.advance(30_000);
    await refused();
    occupant?.close();
    await clock.advance(29_999);
    expect(late.port).to.equal(undefined);

    await clock.advance(1);

    expect(await listening(late)).to.equal(port);
    expect(await (await fetch(`http://${host}:${port}/metrics`)).text()).to.equal('numbers');
    expect(logger.lines).to.deep.equal([
      {
        level: 'error',
        message: `prometheus(): port ${port} cannot be used (EADDRINUSE); no metrics are served until it can; the cache goes on`,
      },
      { level: 'info', message: `prometheus(): metrics are served on 127.0.0.1, port ${port}, at /metrics` },
    ]);
  });

  it('logs once where it listens, and warns of nothing', async () => {
    const port = await listening(serve(0));

    expect(logger.lines).to.deep.equal([
      { level: 'info', message: `prometheus(): metrics are served on 127.0.0.1, port ${port}, at /metrics` },
    ]);
  });

  it('logs that it listens on every interface, where no host is given', async () => {
    server = new MetricsServer({ host: undefined, port: 0, path: '/metrics' }, () => Promise.resolve(''), logger, clock);
    const port = await listening(server);

    expect(logger.messages('info')).to.deep.equal([
      `prometheus(): metrics are served on every network interface (option host), port ${port}, at /metrics`,
    ]);
  });

  it('tries no more once it is closed', async () => {
    const waiting = serve(await occupied());
    await refused();

    waiting.close();

    expect(clock.waiting).to.equal(0);
  });

  it('does not try again where it was closed before the port was found taken', async () => {
    serve(await occupied()).close();
    await someTurns();

    expect(clock.waiting).to.equal(0);
    expect(logger.lines).to.deep.equal([]);
  });

  it('does not listen when it is closed before it could', async () => {
    const port = await freePort();
    serve(port).close();
    await someTurns();

    occupant = createServer().listen(port, host);
    await once(occupant, 'listening');
  });

  it('answers 500 where the metrics cannot be rendered, and logs it once', async () => {
    const broken = serve(0, () => Promise.reject(new Error('not our fault')));
    const url = `http://${host}:${await listening(broken)}/metrics`;

    const statuses = [(await fetch(url)).status, (await fetch(url)).status];

    expect(statuses).to.deep.equal([500, 500]);
    expect(logger.messages('error')).to.deep.equal([
      'prometheus(): the metrics could not be rendered; a scrape was answered 500 (logged once)',
    ]);
  });

  it('goes on after an error of a server that listens', async () => {
    const listen = spy(Server.prototype, 'listen');
    const going = serve(0);
    await listening(going);

    (listen.firstCall.thisValue as Server).emit('error', new Error('accept EMFILE'));
    listen.restore();

    expect(clock.waiting).to.equal(0);
    expect(logger.messages('error')).to.deep.equal([]);
  });

  it('lets go of connections that are kept alive when it closes', async () => {
    const closing = serve(0);
    const socket = connect(await listening(closing), host);
    socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: keep-alive\r\n\r\n');
    await once(socket, 'data');

    closing.close();

    await once(socket.resume(), 'close');
  });

  for (const [client, sent] of Object.entries({
    'sends nothing': '',
    'begins a request and stops': 'GET /metrics HTTP/1.1\r\nhost:',
    'announces a body that never comes': 'POST /metrics HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n',
  })) {
    it(`disconnects a client that ${client}, at once when it closes`, async () => {
      const closing = serve(0);
      const socket = connect(await listening(closing), host);
      await once(socket, 'connect');
      socket.write(sent);
      await someTurns();

      closing.close();

      await once(socket.on('error', () => undefined).resume(), 'close');
    });
  }

  it('lets a scrape under way end when it closes, and disconnects its client then', async () => {
    const numbers = deferred<string>();
    const closing = serve(0, () => numbers.promise);
    const scrape = fetch(`http://${host}:${await listening(closing)}/metrics`);
    const silent = connect(closing.port!, host);
    await once(silent, 'connect');
    await someTurns();

    closing.close();
    numbers.resolve('numbers');

    expect(await (await scrape).text()).to.equal('numbers');
    await once(silent.resume(), 'close');
  });

  it('disconnects every client a second after it closes, also those of a scrape that does not end', async () => {
    const closing = serve(0, () => new Promise(() => undefined));
    const socket = connect(await listening(closing), host);
    socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(socket, 'connect');
    await someTurns();
    closing.close();

    await clock.advance(1_000);

    await once(socket.on('error', () => undefined).resume(), 'close');
  });

  it('accepts no more than 32 connections at a time', async () => {
    const crowded = serve(0);
    const port = await listening(crowded);
    const sockets = Array.from({ length: 33 }, () => connect(port, host).on('error', () => undefined));

    await Promise.race(sockets.map((socket) => once(socket.resume(), 'close')));

    for (const socket of sockets) socket.destroy();
  });

  it('does not keep the process alive, also while a client is connected that says nothing', async () => {
    const child = fork(require.resolve('./cluster-worker'), { execArgv: ['-r', 'ts-node/register'] });
    const [port] = (await once(child, 'message')) as [number];
    const socket = connect(port, host).on('error', () => undefined);
    await once(socket, 'connect');

    child.disconnect();

    const [code] = (await once(child, 'exit')) as unknown[];
    socket.destroy();
    expect(code).to.equal(0);
  });

  it('does not keep the process alive', () => {
    const script = `const { prometheus } = require('./src/adapters/prometheus');
      require('./src/index').createCache({ metrics: prometheus({ port: 0 }) });`;

    execFileSync(process.execPath, ['-r', 'ts-node/register', '-e', script], { timeout: 9_000 });
  });

  it('gives each worker of a cluster its own port, so that no scrape mixes two', async () => {
    cluster.setupPrimary({ exec: require.resolve('./cluster-worker'), execArgv: ['-r', 'ts-node/register'] });
    const workers = [cluster.fork(), cluster.fork()];
    try {
      const ports = await Promise.all(workers.map(firstWord));

      expect(new Set(ports).size).to.equal(2);
    } finally {
      await Promise.all(workers.map(kill));
    }
  });
});

/** Long enough for an address to be looked up and for its port to be listened on. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

async function firstWord(worker: Worker): Promise<unknown> {
  const [port] = (await once(worker, 'message')) as unknown[];
  return port;
}

async function kill(worker: Worker): Promise<void> {
  const gone = once(worker, 'exit');
  worker.process.kill('SIGKILL');
  await gone;
}
