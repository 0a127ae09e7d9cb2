import { expect } from 'chai';
import fc from 'fast-check';

import { initialTierState, nextTierState, type TierSignal, type TierState } from '../../../src/domain/l2/tier-state';

const now = 100;

const states = {
  up: { name: 'up', since: 10, refusal: undefined },
  refusing: { name: 'up', since: 10, refusal: { of: 'store', reason: 'OOM' } },
  refusingDeletes: { name: 'up', since: 10, refusal: { of: 'delete', reason: 'NOPERM' } },
  suspect: { name: 'suspect', since: 40, upSince: 10, refusal: undefined },
  down: { name: 'down', since: 20, reason: 'gone' },
  recovering: { name: 'recovering', since: 30, downSince: 20 },
} as const satisfies Record<string, TierState>;

const signals = {
  reachable: { name: 'reachable' },
  late: { name: 'late' },
  answered: { name: 'answered' },
  unanswered: { name: 'unanswered', reason: 'no answer' },
  lost: { name: 'lost', reason: 'cut' },
  recovered: { name: 'recovered', deleted: true },
  'recovered, with nothing to delete': { name: 'recovered', deleted: false },
  recoveryFailed: { name: 'recoveryFailed', reason: 'cut again' },
  'writeApplied, a store': { name: 'writeApplied', kind: 'store' },
  'writeApplied, a delete': { name: 'writeApplied', kind: 'delete' },
  'writeRefused, a store': { name: 'writeRefused', kind: 'store', reason: 'READONLY' },
  'writeRefused, a store for the same reason': { name: 'writeRefused', kind: 'store', reason: 'OOM' },
  'writeRefused, a delete': { name: 'writeRefused', kind: 'delete', reason: 'READONLY' },
} as const satisfies Record<string, TierSignal>;

type Row = Readonly<Record<keyof typeof states, TierState | 'same'>>;

const well = { name: 'up', since: 10, refusal: undefined } as const;
const lost = { name: 'down', since: now, reason: 'cut' } as const;
const readOnly = { of: 'store', reason: 'READONLY' } as const;
const noDeletes = { of: 'delete', reason: 'READONLY' } as const;

const table: Readonly<Record<keyof typeof signals, Row>> = {
  reachable: {
    up: 'same',
    refusing: 'same',
    refusingDeletes: 'same',
    suspect: 'same',
    down: { name: 'recovering', since: now, downSince: 20 },
    recovering: 'same',
  },
  late: {
    up: { name: 'suspect', since: now, upSince: 10, refusal: undefined },
    refusing: { name: 'suspect', since: now, upSince: 10, refusal: { of: 'store', reason: 'OOM' } },
    refusingDeletes: { name: 'suspect', since: now, upSince: 10, refusal: { of: 'delete', reason: 'NOPERM' } },
    suspect: 'same',
    down: 'same',
    recovering: 'same',
  },
  answered: { up: 'same', refusing: 'same', refusingDeletes: 'same', suspect: well, down: 'same', recovering: 'same' },
  unanswered: {
    up: 'same',
    refusing: 'same',
    refusingDeletes: 'same',
    // The outage began with the call that was late.
    suspect: { name: 'down', since: 40, reason: 'no answer' },
    down: 'same',
    recovering: 'same',
  },
  lost: {
    up: lost,
    refusing: lost,
    refusingDeletes: lost,
    suspect: { name: 'down', since: 40, reason: 'cut' },
    down: 'same',
    // The outage has not ended in between.
    recovering: { name: 'down', since: 20, reason: 'cut' },
  },
  recovered: {
    up: 'same',
    refusing: 'same',
    // The refused keys have been deleted.
    refusingDeletes: well,
    suspect: well,
    down: 'same',
    recovering: { name: 'up', since: now, refusal: undefined },
  },
  'recovered, with nothing to delete': {
    up: 'same',
    refusing: 'same',
    refusingDeletes: 'same',
    suspect: 'same',
    down: 'same',
    recovering: { name: 'up', since: now, refusal: undefined },
  },
  recoveryFailed: {
    up: 'same',
    refusing: 'same',
    refusingDeletes: 'same',
    suspect: 'same',
    down: 'same',
    recovering: { name: 'down', since: 20, reason: 'cut again' },
  },
  // Any answer ends the suspicion.
  'writeApplied, a store': { suspect: well, up: 'same', refusing: well, refusingDeletes: 'same', down: 'same', recovering: 'same' },
  'writeApplied, a delete': { suspect: well, up: 'same', refusing: 'same', refusingDeletes: well, down: 'same', recovering: 'same' },
  'writeRefused, a store': {
    up: { ...well, refusal: readOnly },
    refusing: { ...well, refusal: readOnly },
    refusingDeletes: 'same',
    suspect: { ...well, refusal: readOnly },
    down: 'same',
    recovering: { name: 'up', since: now, refusal: readOnly },
  },
  'writeRefused, a store for the same reason': {
    up: { ...well, refusal: { of: 'store', reason: 'OOM' } },
    refusing: 'same',
    refusingDeletes: 'same',
    suspect: { ...well, refusal: { of: 'store', reason: 'OOM' } },
    down: 'same',
    recovering: { name: 'up', since: now, refusal: { of: 'store', reason: 'OOM' } },
  },
  'writeRefused, a delete': {
    up: { ...well, refusal: noDeletes },
    refusing: 'same',
    refusingDeletes: { ...well, refusal: noDeletes },
    suspect: { ...well, refusal: noDeletes },
    down: 'same',
    recovering: { name: 'up', since: now, refusal: noDeletes },
  },
};

describe('nextTierState', () => {
  for (const [signalName, row] of Object.entries(table)) {
    for (const [stateName, expected] of Object.entries(row)) {
      const state = states[stateName as keyof typeof states];
      const signal = signals[signalName as keyof typeof signals];

      it(`${stateName}, ${signalName}: ${expected === 'same' ? 'stays the very same' : expected.name}`, () => {
        const next = nextTierState(state, signal, now);

        if (expected === 'same') expect(next).to.equal(state);
        else expect(next).to.deep.equal(expected);
      });
    }
  }

  it('starts as after an outage, so that L2 gets the pending deletes before it is read', () => {
    expect(initialTierState(now)).to.deep.equal({ name: 'recovering', since: now, downSince: now });
  });

  it('is never up after an outage without a recovery in between', () => {
    const signal = fc.constantFrom<TierSignal[]>(...Object.values(signals).filter(({ name }) => name !== 'writeRefused'));
    fc.assert(
      fc.property(fc.array(signal), (story) => {
        let state = initialTierState(0);
        for (const [at, one] of story.entries()) {
          const before = state.name;
          state = nextTierState(state, one, at);
          if (state.name === 'up' && (before === 'down' || before === 'recovering'))
            expect([before, one.name]).to.deep.equal(['recovering', 'recovered']);
        }
      }),
    );
  });
});
