import { expect } from 'chai';

import { instruments } from '../../../src/adapters/metrics/instruments';
import type { Instrument } from '../../../src/adapters/metrics/instrument';
import { PendingInvalidations } from '../../../src/domain/consistency/pending-invalidations';
import { CacheError } from '../../../src/domain/cache-error';
import { CacheEmitter, type CacheEvents } from '../../../src/domain/events/cache-events';
import type { CacheFacts } from '../../../src/domain/events/events';
import type { L2Facts } from '../../../src/domain/events/l2-events';
import { Reporter } from '../../../src/domain/events/reporter';
import { noRemoteTier, type TierHealth } from '../../../src/domain/l2/remote-tier';
import { TierReporter } from '../../../src/domain/l2/tier-reporter';
import { LastMinute } from '../../../src/domain/stats/last-minute';
import { metricsSource } from '../../../src/domain/stats/observers';
import type { CacheStats } from '../../../src/ports/cache-stats';
import type { CacheEvent } from '../../../src/ports/metrics-sink';
import { FakeClock, FakeLocalStore, RecordingLogger } from '../../../src/testing';
import { cacheFacts, cacheRows, eventNames, l2Facts, l2Rows, type Row } from './happenings';

const health: TierHealth = {
  state: 'up',
  since: 0,
  reason: undefined,
  driver: 'fake',
  pending: 0,
  breaker: undefined,
  bus: undefined,
};

/** Both reporters of a cache, and all that they reach. */
class Reported {
  readonly logger = new RecordingLogger();
  readonly sunk: CacheEvent[] = [];
  readonly heard: { readonly name: string; readonly event: object }[] = [];
  readonly #emitter = new CacheEmitter(this.logger);
  readonly #clock = new FakeClock();
  readonly #sink = { record: (event: CacheEvent) => void this.sunk.push(event) };
  readonly reporter = new Reporter(this.#sink, this.#emitter, this.logger, this.#clock);
  readonly l2 = new TierReporter('fake', this.#sink, [this.#emitter], this.logger, this.#clock);
  readonly #source = metricsSource('any', {
    reporter: this.reporter,
    memory: new FakeLocalStore(this.#clock),
    pending: new PendingInvalidations(10),
    leases: { held: 0 },
    lastMinute: new LastMinute(this.#clock),
    logger: this.logger,
    reportsL2: true,
    remote: { ...noRemoteTier, numbers: this.l2, health: () => health },
  });

  constructor() {
    for (const name of eventNames) this.#emitter.on(name, (event) => this.heard.push({ name, event }));
  }

  get stats(): CacheStats {
    return this.#source.stats();
  }
}

function isOfL2(name: string): name is keyof L2Facts {
  return name in l2Facts;
}

function report(to: Reported, name: string): void {
  if (isOfL2(name)) to.l2.report(name, l2Facts[name]);
  else to.reporter.report(name as keyof CacheFacts, cacheFacts[name as keyof CacheFacts]);
}

/** The number that `stats()` shows at the path of a row. */
function counter(stats: CacheStats, { facts, happening: { by, stats: path = '' } }: Row): unknown {
  const field = path.split('.').reduce<unknown>((value, part) => Reflect.get(value as object, part), stats);
  return by === undefined ? field : Reflect.get(field as object, facts[by]!);
}

/** The sum of the lines of an instrument. */
function total({ kind, series }: Instrument, stats: CacheStats): number {
  if (kind === 'histogram') return NaN;
  return series.reduce((sum, { of }) => sum + (of(stats) ?? 0), 0);
}

const rows = [...cacheRows, ...l2Rows];

describe('the tables of happenings', () => {
  for (const row of rows) {
    const { name, facts, happening } = row;
    const amount = happening.amount?.(facts) ?? 1;

    if (happening.stats !== undefined) {
      it(`count '${name}' where its row says, in stats() and in its metric`, () => {
        const reported = new Reported();
        const before = reported.stats;

        report(reported, name);

        const after = reported.stats;
        expect([counter(before, row), counter(after, row)]).to.deep.equal([0, amount]);
        const instrument = instruments.find((one) => one.name === happening.metric);
        expect(instrument, happening.metric).to.not.equal(undefined);
        expect(total(instrument!, after) - total(instrument!, before)).to.equal(amount);
      });
    }

    it(`give '${name}' to the sink, the listeners and the log that its row names, and to no others`, () => {
      const reported = new Reported();

      report(reported, name);

      expect(reported.sunk).to.deep.equal(happening.sink === undefined ? [] : [happening.sink(facts)]);
      expect(reported.heard.map((heard) => heard.name)).to.deep.equal(happening.event === undefined ? [] : [happening.event.name]);
      expect(reported.logger.lines.map(({ level }) => level)).to.deep.equal((happening.log ?? []).map(({ level }) => level));
    });

    if (happening.duration !== undefined) {
      const { duration } = happening;
      it(`record the duration of '${name}' in a histogram that is exported`, () => {
        const reported = new Reported();

        report(reported, name);

        const { durations, l2 } = reported.stats;
        const recorded = { ...durations, busLag: l2!.busLag }[duration.name(facts)];
        expect(recorded).to.include({ count: 1, sumMs: duration.ms(facts) });
        expect(instruments.map((one) => one.name)).to.include(duration.metric);
      });
    }
  }

  it('have a row for each event of listeners', () => {
    expect(new Set(rows.flatMap(({ happening: { event } }) => (event === undefined ? [] : [event.name])))).to.deep.equal(
      new Set(eventNames),
    );
  });

  it('let nothing follow from an eviction of no entry', () => {
    const reported = new Reported();

    reported.reporter.report('evict', { count: 0 });

    expect([reported.sunk, reported.heard]).to.deep.equal([[], []]);
  });

  it('say of a payload that was rejected why, and what became of the value', () => {
    const cause = new CacheError('CACHE_KEY_EXHAUSTED', 'the cipher has no key');
    const [read, write] = [{ key: cacheFacts.reject.key, when: 'read' } as const, { key: cacheFacts.reject.key, when: 'write' } as const];
    const warningsAndErrors = [
      { ...read, reason: 'tampered', cause: undefined },
      { ...read, reason: 'malformed', cause: undefined },
      { ...read, reason: 'schema', cause },
      { ...write, reason: 'oversized', cause: undefined },
      { ...write, reason: 'unsealed', cause },
    ] as const satisfies readonly CacheFacts['reject'][];
    const reported = new Reported();

    for (const facts of warningsAndErrors) reported.reporter.report('reject', facts);

    const ends = ['; another program writes to L2', '; the cipher has no key', '; it stays in L1', '; it stays in L1: CACHE_KEY_EXHAUSTED'];
    expect(reported.logger.messages('warn').map((line) => line.replace(/^[^;]*/, ''))).to.deep.equal(
      ends.map((end) => `${end} (logged once)`),
    );
    const errors = reported.heard.map(({ event }) => (event as CacheEvents['error']).error);
    expect(errors.map((error) => (error instanceof CacheError ? [error.code, error.reason, error.cause] : error))).to.deep.equal(
      warningsAndErrors.map((facts) => ['CACHE_PAYLOAD_REJECTED', facts.reason, facts.cause]),
    );
    expect(errors.map((error) => Object.hasOwn(error as Error, 'cause'))).to.deep.equal([false, false, true, false, true]);
  });
});
