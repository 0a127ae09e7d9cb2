import { expect } from 'chai';
import { Generations } from '../../../src/domain/consistency/generations';
import { TagEpochs } from '../../../src/domain/consistency/tag-epochs';
import { LocalEntry, type Entry } from '../../../src/domain/entry/entry';
import { TagNames } from '../../../src/domain/entry/tag-names';
import { CacheEmitter } from '../../../src/domain/events/cache-events';
import { Reporter } from '../../../src/domain/events/reporter';
import { MemoryTier } from '../../../src/domain/l1/memory-tier';
import { FakeClock, FakeLocalStore, RecordingLogger, testKey } from '../../../src/testing';

const [a, b, c] = [testKey('a'), testKey('b'), testKey('c')];
const names = new TagNames({ tag: testKey });
const unconstrained = { version: undefined, schema: undefined };

describe('MemoryTier', () => {
  let clock: FakeClock;
  let store: FakeLocalStore<LocalEntry>;
  let epochs: TagEpochs;
  let generations: Generations;
  let reporter: Reporter;
  let bus: { l1TtlMs: number };
  let memory: MemoryTier;

  beforeEach(() => {
    clock = new FakeClock();
    store = new FakeLocalStore(clock, { bytesOf: () => 50 });
    epochs = new TagEpochs();
    generations = new Generations();
    const logger = new RecordingLogger();
    reporter = new Reporter({ record: () => undefined }, new CacheEmitter(logger), logger, clock);
    bus = { l1TtlMs: Infinity };
    memory = new MemoryTier({ store, bus, generations, epochs, tagNames: names, reporter, clock, maxTtlMs: Infinity });
  });

  /** Fresh for a second, and kept for two. */
  function entryWith(tags: readonly string[], value = 'value'): LocalEntry {
    const now = clock.elapsed();
    return new LocalEntry(value, now, now + 1_000, now + 1_000, 0, now + 2_000, epochs.epoch, names.of(tags));
  }
  const dropped = (): number => reporter.counts.invalidate.total;
  const fresh = (): unknown[] => [a, b, c].map((key) => memory.fresh(key, unconstrained)?.value);

  for (const read of ['get', 'fresh', 'peek'] as const) {
    it(`${read} returns no entry of which a tag was removed, and every other one`, () => {
      memory.put(a, entryWith(['t', 'u'], 'a'));
      memory.put(b, entryWith(['v'], 'b'));
      memory.put(c, entryWith([], 'c'));

      memory.invalidateTags([testKey('u')], 'remove');

      expect([a, b, c].map((key) => memory[read](key, unconstrained)?.value)).to.deep.equal([undefined, 'b', 'c']);
      expect(dropped()).to.equal(read === 'peek' ? 0 : 1);
      expect(memory.size).to.equal(read === 'peek' ? 3 : 2);
    });
  }

  it('keeps an entry of which a tag has expired, as a stale one', async () => {
    memory.put(a, entryWith(['t']));
    await clock.advance(500);

    memory.invalidateTags([testKey('t')], 'expire');

    expect([memory.fresh(a, unconstrained), memory.get(a)?.value]).to.deep.equal([undefined, 'value']);
    expect(memory.get(a)).to.include({ expiresAt: clock.elapsed(), freshUntil: clock.elapsed() });
  });

  it('does not serve as fresh what came into doubt, however often it is looked at, and serves what is written afterwards', () => {
    memory.put(a, entryWith([]));
    memory.put(b, entryWith(['t']));

    epochs.doubt();
    memory.put(c, entryWith(['t']));

    for (let look = 0; look < 2; look++) expect(fresh()).to.deep.equal([undefined, undefined, 'value']);
    memory.invalidateTags([testKey('another')], 'remove');
    expect(fresh()).to.deep.equal([undefined, undefined, 'value']);
    expect([memory.get(a)?.value, memory.get(b)?.value]).to.deep.equal(['value', 'value']);
    expect(memory.doubtedAt).to.be.below(memory.epoch);
  });

  it('compares an entry with the present epoch once', () => {
    memory.put(a, entryWith(['t']));
    memory.invalidateTags([testKey('another')], 'remove');

    memory.get(a);

    expect(store.peek(a)?.epoch).to.equal(memory.epoch);
  });

  it('serves a value of another process only where it meets the constraints, and drops it where it is asked to', () => {
    const ofOther = entryWith([]);
    ofOther.validatedAs = { version: 1, schema: undefined };
    memory.put(a, ofOther);
    memory.put(b, entryWith([]));
    const required = { version: 2, schema: undefined };

    expect([a, b].map((key) => memory.fresh(key, required)?.value)).to.deep.equal([undefined, 'value']);
    expect(memory.fresh(a, { version: 1, schema: undefined })?.value).to.equal('value');
    memory.dropRejected(a, { version: 1, schema: undefined });
    memory.dropRejected(b, required);
    memory.dropRejected(c, required);
    expect([memory.size, dropped()]).to.deep.equal([2, 0]);
    memory.dropRejected(a, required);

    expect([memory.get(a), memory.get(b)?.value, dropped()]).to.deep.equal([undefined, 'value', 1]);
  });

  it('deletes the key of an entry whose life is over, and reports only what was there', () => {
    memory.put(a, entryWith([]));

    memory.put(a, undefined);
    memory.drop(a);

    expect([memory.size, dropped()]).to.deep.equal([0, 0]);
  });

  it('counts entries, bytes and expired entries as its store does', async () => {
    memory.put(a, entryWith([]));
    memory.put(b, entryWith([]));
    await clock.advance(2_000);
    memory.get(a);

    expect([memory.size, memory.expired, memory.approximateBytes]).to.deep.equal([store.size, 1, store.approximateBytes]);
  });

  describe('for a message of another process', () => {
    it('drops the keys that were changed, and fences what runs for them, as outdated', () => {
      memory.put(a, entryWith([]));
      memory.put(b, entryWith([]));
      const running = [generations.begin(a), generations.begin(b)];

      memory.onInvalidation([a], 'changed');

      expect([memory.get(a), memory.get(b)?.value, dropped()]).to.deep.equal([undefined, 'value', 1]);
      expect(running).to.deep.include.members([
        { current: false, outdated: true, holders: 1 },
        { current: true, outdated: false, holders: 1 },
      ]);
    });

    it('does so for everything', () => {
      for (const key of [a, b]) memory.put(key, entryWith([]));
      const running = generations.begin(a);

      memory.onInvalidation('everything', 'changed');

      expect([memory.size, dropped(), running.current, running.outdated]).to.deep.equal([0, 2, false, true]);
    });

    it('fences, and calls nothing outdated, for a repair: a repair must not cause another', () => {
      memory.put(a, entryWith([]));
      const running = generations.begin(a);

      memory.onInvalidation([a], 'repaired');

      expect([memory.get(a), running.current, running.outdated]).to.deep.equal([undefined, false, false]);
    });

    for (const [kind, value] of [
      ['removed', undefined],
      ['expired', 'value'],
    ] as const) {
      it(`takes the names of ${kind} tags for tags, and not for keys`, () => {
        memory.put(a, entryWith(['t']));
        memory.put(testKey('t'), entryWith([]));

        memory.onInvalidation([testKey('t')], kind);

        expect([memory.fresh(a, unconstrained), memory.get(a)?.value]).to.deep.equal([undefined, value]);
        expect(memory.get(testKey('t'))?.value).to.equal('value');
      });
    }
  });

  describe('where L1 may answer for a time only', () => {
    const entry: Entry = {
      ...{ value: 'value', createdAt: 0, expiresAt: 100_000, staleUntil: 100_000, staleIfErrorMs: 0 },
      ...{ l1TtlMs: Infinity, tags: [], asOf: 0 },
    };
    const answersFor = (given: Entry, limits?: Parameters<MemoryTier['localize']>[1]): number | undefined => {
      const local = memory.localize(given, limits, { now: 0, elapsed: 0 });
      return local && local.freshUntil;
    };

    it('takes the time of the bus for an entry without an L1 ttl, and the shortest L1 ttl for any other', () => {
      bus.l1TtlMs = 30_000;

      expect(answersFor(entry)).to.equal(30_000);
      expect(answersFor({ ...entry, l1TtlMs: 60_000 })).to.equal(60_000);
      expect(answersFor(entry, { l1TtlMs: 50_000 })).to.equal(50_000);
      expect(answersFor({ ...entry, l1TtlMs: 60_000 }, { l1TtlMs: 50_000 })).to.equal(50_000);
      expect(answersFor({ ...entry, l1TtlMs: 60_000 }, { keepAtMostMs: 5_000 })).to.equal(5_000);
      bus.l1TtlMs = Infinity;
      expect([answersFor(entry), memory.hearsInvalidations]).to.deep.equal([100_000, true]);
    });
  });
});
