import { expect } from 'chai';

import { resolveSet, type SetOptions } from '../../../src/domain/options/call-options';
import { newEntry, type Entry } from '../../../src/domain/entry/entry';
import { place } from '../../../src/domain/l1/memory-tier';
import type { LifeSettings } from '../../../src/domain/options/settings';
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
  schema: undefined,
  version: undefined,
};
const now = 1_000_000;

function entryOf(options: SetOptions, drawn = 0, maxTtlMs = Infinity): Entry {
  return newEntry('value', resolveSet(options, base), maxTtlMs, now, () => drawn);
}

function lifeOf(options: SetOptions, drawn = 0, maxTtlMs = Infinity) {
  const { createdAt, expiresAt, staleUntil, l1TtlMs } = entryOf(options, drawn, maxTtlMs);
  return { ttl: expiresAt - createdAt, grace: staleUntil - expiresAt, l1: l1TtlMs };
}

describe('newEntry', () => {
  it('lives for its ttl, and layer 1 has none of its own unless somebody says so', () => {
    expect(lifeOf({ ttl: '2s' })).to.deep.equal({ ttl: 2_000, grace: 0, l1: Infinity });
    expect(lifeOf({ ttl: { primary: '1s', secondary: '2s' } })).to.deep.equal({ ttl: 2_000, grace: 0, l1: 1_000 });
    expect(lifeOf({ ttl: { primary: '1s' } })).to.deep.equal({ ttl: 60_000, grace: 0, l1: 1_000 });
  });

  it('adds grace to a life, and never takes it from there', () => {
    expect(lifeOf({ ttl: '2s', staleWhileRevalidate: '10s' })).to.deep.equal({ ttl: 2_000, grace: 10_000, l1: Infinity });
  });

  it('has no end when forever is asked for, and its layer-1 life keeps one', () => {
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

  it('jitters a layer-1 life also where layer 2 keeps the entry forever', () => {
    const ttl = { primary: '10s', secondary: 'forever' } as const;

    for (const drawn of [0, 0.5]) expect(lifeOf({ ttl, jitter: 0.1 }, drawn)).to.include({ ttl: Infinity, l1: 10_000 + 1_000 * drawn });
  });

  it('draws once, and only where there is jitter', () => {
    let draws = 0;
    const random = () => (draws += 1) * 0.1;
    const draw = (options: SetOptions) => newEntry(1, resolveSet(options, base), Infinity, now, random);

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

describe('place', () => {
  let clock: FakeClock;
  beforeEach(() => {
    clock = new FakeClock(now);
  });

  it('keeps an entry in layer 1 until it is dead, and calls it fresh until it expires', () => {
    const placed = place(entryOf({ ttl: '2s', staleWhileRevalidate: '3s' }), { l1TtlMs: Infinity, epoch: 0 }, clock);

    expect(placed.keepMs).to.equal(5_000);
    expect(placed.local).to.include({ createdAt: 0, expiresAt: 2_000, freshUntil: 2_000, revalidateAt: 5_000 });
  });

  it('gives what is left of a life, and counts its age', async () => {
    const entry = entryOf({ ttl: '2s' });
    await clock.advance(500);

    const { keepMs, local } = place(entry, { l1TtlMs: Infinity, epoch: 0 }, clock);

    expect([keepMs, local.createdAt, local.expiresAt]).to.deep.equal([1_500, 0, 2_000]);
  });

  it('is fresh no longer than this process may trust it', () => {
    const { keepMs, local } = place(entryOf({ ttl: '1m' }), { l1TtlMs: 5_000, epoch: 0 }, clock);

    expect([local.freshUntil, local.expiresAt, keepMs]).to.deep.equal([5_000, 60_000, 60_000]);
  });

  it('never lives longer than its writer meant, when the writer had a clock ahead of ours', () => {
    clock.jumpWall(-3_600_000);

    const { keepMs, local } = place(entryOf({ ttl: '2s', staleWhileRevalidate: '1s' }), { l1TtlMs: Infinity, epoch: 0 }, clock);

    expect([keepMs, local.createdAt, local.expiresAt]).to.deep.equal([3_000, 0, 2_000]);
  });

  it('knows no end for an entry without one', () => {
    const { keepMs, local } = place(entryOf({ ttl: 'forever' }), { l1TtlMs: 30_000, epoch: 0 }, clock);

    expect([keepMs, local.expiresAt, local.freshUntil]).to.deep.equal([Infinity, Infinity, 30_000]);
  });
});
