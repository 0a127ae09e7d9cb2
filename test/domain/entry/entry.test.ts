import { expect } from 'chai';

import { resolveSet, type SetOptions } from '../../../src/domain/options/call-options';
import { momentOf, newEntry, LocalEntry, toLocalEntry, type Entry, type LocalTerms } from '../../../src/domain/entry/entry';
import type { LifeSettings } from '../../../src/domain/options/settings';
import { noTags } from '../../../src/domain/entry/tag-names';
import { FakeClock } from '../../../src/testing/fake-clock';

const base: LifeSettings = {
  ttlMs: 60_000,
  primaryTtlMs: undefined,
  jitter: 0,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  softTimeoutMs: Infinity,
  hardTimeoutMs: Infinity,
  retryAfterErrorMs: 10_000,
  refreshAhead: undefined,
  waitsForOthers: false,
  schema: undefined,
  version: undefined,
};
const now = 1_000_000;

function entryOf(options: SetOptions, drawn = 0, maxTtlMs = Infinity): Entry {
  const { life, call } = resolveSet(options, base);
  return newEntry('value', life, call.tags, { asOf: 0, maxTtlMs, now, random: () => drawn });
}

function lifeOf(options: SetOptions, drawn = 0, maxTtlMs = Infinity) {
  const { createdAt, expiresAt, staleUntil, l1TtlMs } = entryOf(options, drawn, maxTtlMs);
  return { ttl: expiresAt - createdAt, grace: staleUntil - expiresAt, l1: l1TtlMs };
}

describe('newEntry', () => {
  it('lives for its ttl, and has no L1 ttl unless one is given', () => {
    expect(lifeOf({ ttl: '2s' })).to.deep.equal({ ttl: 2_000, grace: 0, l1: Infinity });
    expect(lifeOf({ ttl: { primary: '1s', secondary: '2s' } })).to.deep.equal({ ttl: 2_000, grace: 0, l1: 1_000 });
    expect(lifeOf({ ttl: { primary: '1s' } })).to.deep.equal({ ttl: 60_000, grace: 0, l1: 1_000 });
  });

  it('adds grace to a life, and never takes it from there', () => {
    expect(lifeOf({ ttl: '2s', staleWhileRevalidate: '10s' })).to.deep.equal({ ttl: 2_000, grace: 10_000, l1: Infinity });
  });

  it('has no end when forever is asked for, and its L1 life keeps one', () => {
    expect(entryOf({ ttl: 'forever', staleWhileRevalidate: '1s' })).to.include({ expiresAt: Infinity, staleUntil: Infinity });
    expect(lifeOf({ ttl: { primary: '10s', secondary: 'forever' } }).l1).to.equal(10_000);
  });

  it('is never shorter for its jitter, and at most as much longer', () => {
    for (const drawn of [0, 0.5, 0.999]) {
      expect(lifeOf({ ttl: 1_000, jitter: '100ms' }, drawn).ttl).to.equal(Math.ceil(1_000 + 100 * drawn));
      expect(lifeOf({ ttl: 1_000, jitter: 0.2 }, drawn).ttl).to.equal(Math.ceil(1_000 + 200 * drawn));
    }
  });

  it('draws its jitter once and shares it between the tiers, each by its own ttl when it is a fraction', () => {
    const ttl = { primary: '10s', secondary: '100s' } as const;

    expect(lifeOf({ ttl, jitter: '2s' }, 0.5)).to.deep.equal({ ttl: 101_000, grace: 0, l1: 11_000 });
    expect(lifeOf({ ttl, jitter: 0.1 }, 0.5)).to.deep.equal({ ttl: 105_000, grace: 0, l1: 10_500 });
  });

  it('jitters an L1 life also where L2 keeps the entry forever', () => {
    const ttl = { primary: '10s', secondary: 'forever' } as const;

    for (const drawn of [0, 0.5]) expect(lifeOf({ ttl, jitter: 0.1 }, drawn)).to.include({ ttl: Infinity, l1: 10_000 + 1_000 * drawn });
  });

  it('draws once, and only where there is jitter', () => {
    let draws = 0;
    const random = () => (draws += 1) * 0.1;
    const draw = (options: SetOptions) => newEntry(1, resolveSet(options, base).life, [], { asOf: 0, maxTtlMs: Infinity, now, random });

    draw({ ttl: { primary: '1s', secondary: '1m' } });
    expect(draws).to.equal(0);
    draw({ ttl: { primary: '1s', secondary: '1m' }, jitter: '1s' });
    expect(draws).to.equal(1);
  });

  it('is capped by maxTtl last, after jitter, in both tiers', () => {
    expect(lifeOf({ ttl: 1_000, jitter: '100ms' }, 0.9, 1_050).ttl).to.equal(1_050);
    expect(lifeOf({ ttl: 'forever' }, 0, 1_050).ttl).to.equal(1_050);
    expect(lifeOf({ ttl: { primary: '1m', secondary: '1h' } }, 0, 1_050)).to.include({ ttl: 1_050, l1: 1_050 });
  });

  it('lives for whole milliseconds, at least one', () => {
    expect(lifeOf({ ttl: 0.25 }).ttl).to.equal(1);
    expect(lifeOf({ ttl: 1.5 }).ttl).to.equal(2);
  });
});

describe('toLocalEntry', () => {
  const terms: LocalTerms = { l1TtlMs: Infinity, maxTtlMs: Infinity, keepAtMostMs: Infinity, epoch: 0, tags: noTags };
  let clock: FakeClock;
  beforeEach(() => {
    clock = new FakeClock(now);
  });

  function localOf(options: SetOptions, own: Partial<LocalTerms> = {}): LocalEntry {
    const local = toLocalEntry(entryOf(options), { ...terms, ...own }, momentOf(clock));
    if (local === undefined) throw new Error('the entry is dead');
    return local;
  }

  it('is kept in L1 until it is dead, and is fresh until it expires', () => {
    const local = localOf({ ttl: '2s', staleWhileRevalidate: '3s' });

    expect(local).to.include({ createdAt: 0, expiresAt: 2_000, freshUntil: 2_000, revalidateAt: 5_000, keepUntil: 5_000 });
  });

  it('has the rest of its life, and its age', async () => {
    const entry = entryOf({ ttl: '2s' });
    await clock.advance(500);

    expect(toLocalEntry(entry, terms, momentOf(clock))).to.include({ createdAt: 0, expiresAt: 2_000, keepUntil: 2_000 });
  });

  it('is fresh no longer than L1 may answer without asking L2', () => {
    expect(localOf({ ttl: '1m' }, { l1TtlMs: 5_000 })).to.include({ freshUntil: 5_000, expiresAt: 60_000, keepUntil: 60_000 });
  });

  it('never lives longer than its writer meant, when the clock of the writer is ahead of ours', () => {
    clock.jumpWall(-3_600_000);

    expect(localOf({ ttl: '2s', staleWhileRevalidate: '1s' })).to.include({ createdAt: 0, expiresAt: 2_000, keepUntil: 3_000 });
  });

  it('never lives longer than maxTtl of the reading process', async () => {
    const entry = entryOf({ ttl: '1h', staleIfError: '10s' });
    await clock.advance(2_000);

    expect(toLocalEntry(entry, { ...terms, maxTtlMs: 5_000 }, momentOf(clock))).to.include({ expiresAt: 5_000, keepUntil: 15_000 });
  });

  it('has no end if its writer gave it none', () => {
    expect(localOf({ ttl: 'forever' }, { l1TtlMs: 30_000 })).to.include({ keepUntil: Infinity, expiresAt: Infinity, freshUntil: 30_000 });
  });

  it('is none when it is dead, and none when L1 may not keep it', async () => {
    expect(toLocalEntry(entryOf({ ttl: '2s' }), { ...terms, keepAtMostMs: 0 }, momentOf(clock))).to.equal(undefined);
    const entry = entryOf({ ttl: '2s' });
    await clock.advance(2_000);

    expect(toLocalEntry(entry, terms, momentOf(clock))).to.equal(undefined);
  });
});

describe('LocalEntry', () => {
  const life = { expiresAt: 2, revalidateAt: 3, staleIfErrorMs: 4, keepUntil: 5 };
  const entryWith = (given: Partial<typeof life>): LocalEntry => {
    const { expiresAt, keepUntil, revalidateAt, staleIfErrorMs } = { ...life, ...given };
    return new LocalEntry('value', 1, expiresAt, revalidateAt, staleIfErrorMs, keepUntil, 6);
  };

  for (const name of ['expiresAt', 'revalidateAt', 'staleIfErrorMs', 'keepUntil'] as const) {
    for (const ms of [-7, -1, 0, 1.5, 2 ** 31 - 1, 2 ** 31, 2 ** 40, Infinity]) {
      it(`has a ${name} of ${ms}, and the rest of its life`, () => {
        const expected = { createdAt: 1, epoch: 6, value: 'value', ...life, [name]: ms };

        expect(entryWith({ [name]: ms })).to.include(expected);
        expect(entryWith({ [name]: ms }).with('other')).to.include({ ...expected, value: 'other' });
      });
    }
  }

  it('is fresh until the earlier of both ends', () => {
    expect(entryWith({})).to.include({ freshUntil: 2 });
    expect(entryWith({ expiresAt: Infinity })).to.include({ freshUntil: 3 });
    expect(entryWith({ revalidateAt: -1 })).to.include({ freshUntil: -1 });
    expect(entryWith({ expiresAt: Infinity, revalidateAt: Infinity })).to.include({ freshUntil: Infinity });
  });
});
