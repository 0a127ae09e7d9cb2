import { expect } from 'chai';
import fc from 'fast-check';
import { parseState, parseTag, updatedTexts, verdictOf } from '../../../src/domain/consistency/tag-times';
import { testKey } from '../../../src/testing/suite-tools';

const state = testKey('state');

function update(change: 'none' | 'remove' | 'expire', ...tags: string[]) {
  return { state, tags: tags.map(testKey), change, atLeast: 0, tagTtlMs: 1 };
}

const absurd = [
  '',
  'text',
  '1',
  '1,',
  ',1',
  '-1,0',
  '1.5,0',
  '1e3,0',
  `${10n ** 30n},0`,
  '9007199254740993,0',
  '0,9007199254740993',
  '8000000000000001,0',
  '1,2,3',
  ' 1,0',
  'NaN,0',
  '٣,٣',
];

describe('the times of a namespace', () => {
  for (const text of absurd) {
    it(`counts ${JSON.stringify(text)} as lost, for the state and for a tag`, () => {
      expect([parseState(text), parseTag(text)]).to.deep.equal([undefined, undefined]);
    });
  }

  it('counts a state without a clock, or with a clear from after its clock, as lost', () => {
    expect([parseState('0,0'), parseState('5,6'), parseState(undefined)]).to.deep.equal([undefined, undefined, undefined]);
    expect(parseState('5,5')).to.deep.equal({ clock: 5, cleared: 5 });
  });

  it('accepts times up to the year 2223', () => {
    expect(parseState('8000000000000000,8000000000000000')).to.deep.equal({ clock: 8e15, cleared: 8e15 });
    expect(parseTag('0,8000000000000000')).to.deep.equal({ removed: 0, expired: 8e15 });
  });

  it('start with the time of the server, above the times of all tags', () => {
    expect(updatedTexts([undefined], update('none'), 100)).to.deep.equal(['100,100']);
    expect(updatedTexts(['text', '500,7'], update('none', 'a'), 100)).to.deep.equal(['500,500', '500,7']);
  });

  it('step with an invalidation, and with nothing else', () => {
    expect(updatedTexts(['10,3'], update('none'), 1)).to.deep.equal(['10,3']);
    expect(updatedTexts(['10,3', '4,0', undefined], update('none', 'a', 'b'), 1)).to.deep.equal(['10,3', '4,0', '10,0']);
    expect(updatedTexts(['10,3', '4,2', undefined], update('remove', 'a', 'b'), 1)).to.deep.equal(['11,3', '11,2', undefined]);
    expect(updatedTexts(['10,3', '4,2'], update('expire', 'a'), 1)).to.deep.equal(['11,3', '4,11']);
    expect(updatedTexts(['10,3'], update('remove'), 1)).to.deep.equal(['11,11']);
  });

  it('judge an entry by its clear, its clock and its tags', () => {
    const times = { clock: 10, cleared: 4 };
    expect([3, 4, 10, 11].map((asOf) => verdictOf(asOf, times, []))).to.deep.equal(['removed', 'valid', 'valid', 'removed']);
    expect(verdictOf(9, times, [undefined])).to.equal('removed');
    expect(verdictOf(6, times, [{ removed: 6, expired: 6 }])).to.equal('valid');
    expect(verdictOf(6, times, [{ removed: 6, expired: 7 }])).to.equal('expired');
    expect(
      verdictOf(6, times, [
        { removed: 0, expired: 7 },
        { removed: 7, expired: 0 },
      ]),
    ).to.equal('removed');
  });

  it('never revive an entry, whatever is lost and in whatever order tags are invalidated', () => {
    type Step = { change: 'remove' | 'none'; tags: number[] } | { lose: number };
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({
        change: fc.constantFrom('remove' as const, 'none' as const),
        tags: fc.uniqueArray(fc.constantFrom(0, 1, 2), { maxLength: 3 }),
      }),
      fc.record({ lose: fc.constantFrom(0, 1, 2, 3) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps: readonly Step[]) => {
        const kept: (string | undefined)[] = [undefined, undefined, undefined, undefined];
        const entries: { asOf: number; tags: number[]; isInvalid: boolean }[] = [];
        let now = 1_000;
        for (const next of steps) {
          now += 100;
          if ('lose' in next) {
            kept[next.lose] = undefined;
            continue;
          }
          const texts = updatedTexts(
            [kept[0], ...next.tags.map((tag) => kept[tag + 1])],
            update(next.change, ...next.tags.map(String)),
            now,
          );
          kept[0] = texts[0];
          next.tags.forEach((tag, i) => (kept[tag + 1] = texts[i + 1]));
          if (next.change === 'remove') {
            for (const entry of entries) entry.isInvalid ||= next.tags.length === 0 || entry.tags.some((tag) => next.tags.includes(tag));
          } else entries.push({ asOf: parseState(kept[0])!.clock, tags: next.tags, isInvalid: false });
          for (const { asOf, isInvalid, tags } of entries) {
            const times = parseState(kept[0])!;
            const verdict = verdictOf(
              asOf,
              times,
              tags.map((tag) => parseTag(kept[tag + 1])),
            );
            if (isInvalid) expect(verdict).to.equal('removed');
          }
        }
      }),
    );
  });
});
