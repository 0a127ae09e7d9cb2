import { expect } from 'chai';
import { CacheEmitter, type CacheEvents } from '../../../src/domain/events/cache-events';
import { EventReporter } from '../../../src/domain/events/event-reporter';
import type { Happenings, NoFacts } from '../../../src/domain/events/happening';
import { noMetrics } from '../../../src/ports/metrics-sink';
import { RecordingLogger } from '../../../src/testing';

interface Facts {
  readonly call: NoFacts;
  readonly otherCall: NoFacts;
  readonly warning: { readonly reason: string };
  readonly failure: { readonly reason: string };
}

let made = 0;

const rows = {
  call: { log: [{ level: 'debug', everyMs: 1_000, text: (_, driver) => `a call of ${driver}` }] },
  otherCall: { log: [{ level: 'debug', everyMs: 1_000, text: () => 'another call' }] },
  warning: {
    log: [
      { level: 'warn', once: ({ reason }) => reason, text: ({ reason }) => (reason === '' ? undefined : `rejected: ${reason}`) },
      { level: 'info', once: ({ reason }) => reason, text: ({ reason }) => `in detail: ${reason}` },
    ],
  },
  failure: {
    event: {
      name: 'error',
      once: ({ reason }) => (reason === 'repeated' ? undefined : reason),
      of: ({ reason }) => ({ error: `${reason} ${String(++made)}`, key: undefined }),
    },
  },
} as const satisfies Happenings<Facts>;

describe('EventReporter', () => {
  const logger = new RecordingLogger();
  let now: number;
  let emitters: CacheEmitter[];
  let reporter: EventReporter<Facts, typeof rows>;

  beforeEach(() => {
    logger.lines.length = 0;
    now = 5_000;
    made = 0;
    emitters = [new CacheEmitter(logger), new CacheEmitter(logger)];
    const durations = { add: () => undefined };
    reporter = new EventReporter<Facts, typeof rows>(rows, {
      metrics: noMetrics,
      emitters,
      logger,
      durations,
      now: () => now,
      driver: 'fake',
    });
  });

  const heardBy = (emitter: CacheEmitter): CacheEvents['error'][] => {
    const heard: CacheEvents['error'][] = [];
    emitter.on('error', (event) => heard.push(event));
    return heard;
  };

  it('writes a line that is limited in time once in that time, with the number of those that it left out', () => {
    for (const ms of [0, 1, 500, 999, 1_000, 2_000]) {
      now = 5_000 + ms;
      reporter.report('call', {});
    }
    reporter.report('otherCall', {});

    expect(logger.messages('debug')).to.deep.equal([
      'a call of fake',
      'a call of fake (and 3 times more since the last such line)',
      'a call of fake',
      'another call',
    ]);
    expect(reporter.counts.call.total).to.equal(6);
  });

  it('writes a line once for each identity and level, and nothing for facts without a line', () => {
    for (const reason of ['', 'damaged', 'damaged', 'foreign']) reporter.report('warning', { reason });

    expect(logger.messages('warn')).to.deep.equal(['rejected: damaged (logged once)', 'rejected: foreign (logged once)']);
    expect(logger.messages('info')).to.deep.equal([
      'in detail:  (logged once)',
      'in detail: damaged (logged once)',
      'in detail: foreign (logged once)',
    ]);
  });

  it('gives one event to all listeners, makes none where there is no listener, and emits an identity once', () => {
    reporter.report('failure', { reason: 'unheard' });
    expect(made).to.equal(0);
    const [first, second] = emitters.map(heardBy);

    for (const reason of ['unheard', 'unheard', 'repeated', 'repeated']) reporter.report('failure', { reason });

    expect(first!.map(({ error }) => error)).to.deep.equal(['unheard 1', 'repeated 2', 'repeated 3']);
    expect(second!.map((event, i) => event === first![i])).to.deep.equal([true, true, true]);
    expect(reporter.counts.failure.total).to.equal(5);
  });

  it('reaches a listener of one namespace also if those before it have none', () => {
    const heard = heardBy(emitters[1]!);

    reporter.report('failure', { reason: 'damaged' });

    expect(heard).to.have.length(1);
  });
});
