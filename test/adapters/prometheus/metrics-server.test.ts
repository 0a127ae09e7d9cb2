import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { connect, createServer, Server } from 'node:net';
import { spy } from 'sinon';

import { MetricsServer } from '../../../src/adapters/prometheus/metrics-server';
import { FakeClock, RecordingLogger } from '../../../src/testing';
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

  const serve = (port: number, render = () => 'numbers'): MetricsServer =>
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

  it('tries a port that is taken every 30 s, and says once that it was and once that it is no more', async () => {
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
        message: `prometheus(): port ${port} cannot be listened on (EADDRINUSE); metrics are not served until it can, the cache goes on`,
      },
      { level: 'info', message: `prometheus(): port ${port} is listened on now; metrics are served` },
    ]);
  });

  it('says nothing about a port that was free', async () => {
    await listening(serve(0));

    expect(logger.lines).to.deep.equal([]);
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

  it('answers 500 where the numbers cannot be written, and logs it once', async () => {
    const broken = serve(0, () => {
      throw new Error('not our fault');
    });
    const url = `http://${host}:${await listening(broken)}/metrics`;

    const statuses = [(await fetch(url)).status, (await fetch(url)).status];

    expect(statuses).to.deep.equal([500, 500]);
    expect(logger.messages('error')).to.deep.equal([
      'prometheus(): the numbers could not be written; a scrape was answered 500 (logged once)',
    ]);
  });

  it('goes on after an error of a server that listens', async () => {
    const listen = spy(Server.prototype, 'listen');
    const going = serve(0);
    await listening(going);

    (listen.firstCall.thisValue as Server).emit('error', new Error('accept EMFILE'));
    listen.restore();

    expect(clock.waiting).to.equal(0);
    expect(logger.lines).to.deep.equal([]);
  });

  it('lets go of connections that are kept alive when it closes', async () => {
    const closing = serve(0);
    const socket = connect(await listening(closing), host);
    socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: keep-alive\r\n\r\n');
    await once(socket, 'data');

    closing.close();

    await once(socket.resume(), 'close');
  });

  it('does not keep the process alive', () => {
    const script = `const { prometheus } = require('./src/adapters/prometheus');
      require('./src/index').createCache({ metrics: prometheus({ port: 0 }) });`;

    execFileSync(process.execPath, ['-r', 'ts-node/register', '-e', script], { timeout: 9_000 });
  });

  it('gives each worker of a cluster a port of its own, so that no scrape tells of another one', async () => {
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
