import { ConsoleLogger, Logger as NestLogger } from '@nestjs/common';
import { expect } from 'chai';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import sinon from 'sinon';
import { createCache, type CreateCacheOptions } from '../../../src/create-cache';
import type { LoggerLike, LogLevel } from '../../../src/domain/options/safe-parts';
import { CacheableModule } from '../../../src/nest';
import { FakeClock, FakeDriver, RecordingLogger } from '../../../src/testing';
import { bootstrap } from '../module/bootstrap';

/** The lines of an outage and its end: `debug` a call without L2, `warn` the outage, `info` its end. */
async function playOutage(options: Omit<CreateCacheOptions, 'secondary'>): Promise<void> {
  const clock = new FakeClock();
  const driver = new FakeDriver({ clock });
  const cache = createCache({ ...options, secondary: driver, breaker: false, clock });
  await cache.start();
  driver.goAway();
  await cache.get('k');
  driver.comeBack();
  await clock.advance(60_000);
  await cache.close();
}

/** A class logger in whose methods `this` counts. */
class ClassLogger {
  readonly lines: string[] = [];
  #add(level: string, message: string): void {
    this.lines.push(`${level} ${message}`);
  }
  debug(message: string): void {
    this.#add('debug', message);
  }
  log(message: string): void {
    this.#add('log', message);
  }
  warn(message: string): void {
    this.#add('warn', message);
  }
  error(message: string): void {
    this.#add('error', message);
  }
}

const outage = /L2 \(fake\) is offline/;
const recovery = /L2 \(fake\) is up/;

/** The default log levels of Nest. */
const restoreNest = (): void => {
  NestLogger.overrideLogger(new ConsoleLogger());
};

describe('A logger', () => {
  afterEach(() => sinon.restore());
  after(restoreNest);

  it('may name the info method log, and keeps its receiver', async () => {
    const logger = new ClassLogger();

    await playOutage({ logger });

    expect(logger.lines.map((line) => line.split(' ')[0])).to.include.members(['debug', 'warn', 'log']);
    expect(logger.lines.join('\n'))
      .to.match(outage)
      .and.to.match(/^log L2 \(fake\) is up$/m);
  });

  it("may be Nest's", async () => {
    const sink = new ClassLogger();
    NestLogger.overrideLogger(sink);

    await playOutage({ logger: new NestLogger('Shop') });

    expect(sink.lines.join('\n')).to.match(outage).and.to.match(recovery);
  });

  it("may be Nest's console logger, which decides by its own levels", async () => {
    const written = sinon.stub(process.stdout, 'write').returns(true);

    await playOutage({ logger: new ConsoleLogger('Shop', { logLevels: ['log', 'warn'], colors: false }) });
    const text = written.args.map(([chunk]) => String(chunk)).join('');
    written.restore();

    expect(text).to.match(outage).and.to.match(recovery);
    expect(text).not.to.contain('DEBUG');
  });

  it('may be the console', async () => {
    const printed = { debug: sinon.stub(console, 'debug'), info: sinon.stub(console, 'info'), warn: sinon.stub(console, 'warn') };

    await playOutage({ logger: console });

    for (const method of Object.values(printed)) expect(method.called).to.equal(true);
  });

  it('may be pino, whose level changes while it runs', async () => {
    const lines: { readonly level: number; readonly msg: string }[] = [];
    const write = (chunk: Buffer, _: string, done: () => void): void => {
      lines.push(JSON.parse(chunk.toString()) as (typeof lines)[number]);
      done();
    };
    const logger = pino({ level: 'silent' }, new Writable({ write }));
    const cacheLogger: LoggerLike = logger;
    logger.level = 'info';

    await playOutage({ logger: cacheLogger });

    expect(lines.find(({ msg }) => outage.test(msg))).to.have.property('level', 40);
    expect(lines.find(({ msg }) => recovery.test(msg))).to.have.property('level', 30);
    expect(lines.some(({ level }) => level < 30)).to.equal(false);
  });

  it('that throws, or returns a promise that rejects, does no harm', async () => {
    const throws = () => {
      throw new Error('the disk is full');
    };
    const rejects = () => Promise.reject(new Error('the collector is away'));

    const logger: Readonly<Record<LogLevel, () => unknown>> = { debug: throws, info: rejects, warn: rejects, error: throws };

    await playOutage({ logger });
  });

  it('may be false, and then nothing is logged', async () => {
    const printed = (['debug', 'info', 'log', 'warn', 'error'] as const).map((method) => sinon.stub(console, method));

    await playOutage({ logger: false, logLevel: 'debug' });

    expect(printed.every((method) => method.notCalled)).to.equal(true);
  });

  for (const [missing, given] of [
    ['info and log', { debug: () => 0, warn: () => 0, error: () => 0 }],
    ['debug', { info: () => 0, warn: () => 0, error: () => 0 }],
  ] as const) {
    it(`without ${missing} is refused`, () => {
      expect(() => createCache({ logger: given as never })).to.throw('a logger, or false (an object with debug, info, warn, error)');
    });
  }
});

describe('logLevel', () => {
  afterEach(() => sinon.restore());

  const heard: readonly (readonly [LogLevel, readonly LogLevel[]])[] = [
    ['debug', ['debug', 'info', 'warn']],
    ['info', ['info', 'warn']],
    ['warn', ['warn']],
    ['error', []],
  ];
  for (const [logLevel, levels] of heard) {
    it(`'${logLevel}' lets ${levels.join(', ') || 'nothing of an outage'} through`, async () => {
      const logger = new RecordingLogger();

      await playOutage({ logger, logLevel });

      expect([...new Set(logger.lines.map(({ level }) => level))]).to.have.members(levels);
    });
  }

  it('is everything for a given logger', async () => {
    const logger = new RecordingLogger();

    await playOutage({ logger });

    expect([...new Set(logger.lines.map(({ level }) => level))]).to.have.members(['debug', 'info', 'warn']);
  });

  it('is warn on the default console, and can be lowered there', async () => {
    const printed = { debug: sinon.stub(console, 'debug'), info: sinon.stub(console, 'info'), warn: sinon.stub(console, 'warn') };

    await playOutage({});
    expect([printed.debug.called, printed.info.called, printed.warn.called]).to.deep.equal([false, false, true]);

    await playOutage({ logLevel: 'debug' });
    expect([printed.debug.called, printed.info.called]).to.deep.equal([true, true]);
  });

  it('is refused when it is no level', () => {
    expect(() => createCache({ logLevel: 'verbose' as never })).to.throw(
      "logLevel: expected 'debug' or 'info' or 'warn' or 'error', got 'verbose'",
    );
  });
});

describe('The log of a Nest application', () => {
  after(restoreNest);

  const logOf = async (options: Parameters<typeof CacheableModule.register>[0]): Promise<string[]> => {
    const lines: string[] = [];
    const add = (level: string) => (message: string, context: string) => void lines.push(`${level} [${context}] ${message}`);
    const logger = { debug: add('debug'), log: add('log'), warn: add('warn'), error: add('error') };
    const secondary = new FakeDriver({ clock: new FakeClock() });
    const application = await bootstrap([CacheableModule.register({ ...options, secondary, breaker: false })], {}, logger);
    secondary.goAway();
    await application.close();
    return lines.filter((line) => line.includes('L2'));
  };

  it('has the lines of the cache, under its name', async () => {
    expect((await logOf({})).join('\n')).to.match(/^warn \[Cacheable\] L2/m);
    expect((await logOf({ name: 'sessions' })).join('\n')).to.match(/^warn \[Cacheable:sessions\] L2/m);
  });

  it('applies its own level', async () => {
    const lines = await logOf({});

    expect(lines.some((line) => line.startsWith('warn'))).to.equal(true);
    expect(await logOf({ logLevel: 'error' })).to.deep.equal([]);
  });

  it('has no line of a cache that was given a logger', async () => {
    expect(await logOf({ logger: new RecordingLogger() })).to.deep.equal([]);
    expect(await logOf({ logger: false })).to.deep.equal([]);
  });
});
