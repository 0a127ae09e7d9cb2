import { expect } from 'chai';
import { LocalEntry } from '../../../src/domain/entry/entry';
import { freshnessOf, newest, type Freshness } from '../../../src/domain/entry/freshness';
import { resolveSet, type SetOptions } from '../../../src/domain/options/call-options';
import { normalizeOptions } from '../../../src/domain/options/normalize-options';
import type { Tier } from '../../../src/ports/metrics-sink';
import { escapingSanitizer } from '../../../src/adapters/keys/sanitizers';
import { FakeClock, RecordingLogger } from '../../../src/testing';

const { life: defaults } = normalizeOptions({}, { sanitizer: escapingSanitizer(), logger: new RecordingLogger(), clock: new FakeClock() });

/** Written at 1 000, validated by L1 until 1 600, expired at 2 000, and served after an error for 300 ms. */
const entry = new LocalEntry('value', 1_000, 2_000, 1_600, 300, 9_000, 5);

interface Call extends SetOptions {
  readonly refreshAhead?: number;
  readonly from?: Tier;
  readonly doubtedAt?: number;
  readonly staleIfErrorMs?: number;
}

function freshness(now: number, { refreshAhead, from = 'l1', doubtedAt = 0, staleIfErrorMs, ...options }: Call = {}): Freshness {
  const { life, call } = resolveSet(options, { ...defaults, refreshAhead });
  return freshnessOf({ entry, from }, { life, call: { ...call, ...(staleIfErrorMs !== undefined && { staleIfErrorMs }) } }, now, doubtedAt);
}

describe('The freshness of an entry', () => {
  it('ends in L1 when L1 may no longer answer by itself, and with the ttl where L2 has just given it', () => {
    expect([1_599, 1_600].map((now) => freshness(now))).to.deep.equal(['fresh', 'stale-if-error']);
    expect([1_999, 2_000].map((now) => freshness(now, { from: 'l2' }))).to.deep.equal(['fresh', 'stale-if-error']);
  });

  it('is none in L1 for an entry in doubt, and one for an entry that was valid when the doubt began', () => {
    expect([5, 6].map((doubtedAt) => freshness(1_500, { doubtedAt }))).to.deep.equal(['fresh', 'stale-if-error']);
    expect(freshness(1_500, { doubtedAt: 6, from: 'l2' })).to.equal('fresh');
  });

  it('is followed by the time of the call in which a stale value is served at once', () => {
    const call = { staleWhileRevalidate: 100, from: 'l2' } as const;

    expect([1_999, 2_000, 2_099, 2_100].map((now) => freshness(now, call))).to.deep.equal(['fresh', 'stale', 'stale', 'stale-if-error']);
  });

  it('is followed by the time of the entry, or that of the call, in which a stale value is served after an error', () => {
    expect([2_299, 2_300].map((now) => freshness(now, { from: 'l2' }))).to.deep.equal(['stale-if-error', 'expired']);
    const call = { from: 'l2', staleIfErrorMs: 50 } as const;
    expect([2_049, 2_050].map((now) => freshness(now, call))).to.deep.equal(['stale-if-error', 'expired']);
  });

  it('has no time after an error where the call wants none, not even while L1 may not answer by itself', () => {
    expect(freshness(1_700, { staleIfErrorMs: 0 })).to.equal('expired');
    expect(freshness(2_000, { from: 'l2', staleIfErrorMs: 0 })).to.equal('expired');
  });

  it('is due for a refresh after that part of the life which began when the value was written', () => {
    expect([1_499, 1_500].map((now) => freshness(now, { refreshAhead: 0.5 }))).to.deep.equal(['fresh', 'refresh-due']);
  });
});

describe('The newest of two entries', () => {
  const written = (at: number) => new LocalEntry(at, at, 9_000, 9_000, 0, 9_000, 1);

  it('is the one that was written last, and that of L2 where both were written at once', () => {
    const [local, remote] = [written(1), written(2)];

    expect(newest(local, remote)).to.deep.equal({ entry: remote, from: 'l2' });
    expect(newest(remote, local)).to.deep.equal({ entry: remote, from: 'l1' });
    const same = written(1);
    expect(newest(local, same)?.entry).to.equal(same);
  });

  it('is the only one, or none', () => {
    const one = written(1);

    expect([newest(one, undefined)?.from, newest(undefined, one)?.from, newest(undefined, undefined)]).to.deep.equal([
      'l1',
      'l2',
      undefined,
    ]);
  });
});
