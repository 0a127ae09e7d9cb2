import { expect } from 'chai';
import fc from 'fast-check';
import { TagEpochs } from '../../../src/domain/consistency/tag-epochs';

describe('TagEpochs', () => {
  it('removes entries of a tag that were valid before, and no others', () => {
    const epochs = new TagEpochs();
    const before = epochs.epoch;
    epochs.invalidate(['users'], 'remove');

    expect(epochs.verdictOf(['users'], before)).to.equal('removed');
    expect(epochs.verdictOf(['orders', 'users'], before)).to.equal('removed');
    expect(epochs.verdictOf(['orders'], before)).to.equal('valid');
    expect(epochs.verdictOf([], before)).to.equal('valid');
    expect(epochs.verdictOf(['users'], epochs.epoch)).to.equal('valid');
  });

  it('leaves an entry that was valid in the epoch of the expiry, though another tag was invalidated since', () => {
    const epochs = new TagEpochs();
    epochs.invalidate(['users'], 'expire');
    const since = epochs.epoch;
    epochs.invalidate(['orders'], 'expire');

    expect([epochs.verdictOf(['users'], since), epochs.verdictOf(['orders'], since)]).to.deep.equal(['valid', 'expired']);
  });

  it('remembers 10 000 tags, and an entry that was valid in the newest epoch that it has forgotten', () => {
    const epochs = new TagEpochs();
    const before = epochs.epoch;
    for (let i = 0; i < 10_000; i++) epochs.invalidate([`tag ${i}`], 'remove');
    expect(epochs.verdictOf(['never invalidated'], before)).to.equal('valid');

    epochs.invalidate(['one more'], 'remove');

    expect([before, before + 1].map((since) => epochs.verdictOf(['never invalidated'], since))).to.deep.equal(['removed', 'valid']);
  });

  it('keeps a removal that was followed by an expiry, and the other way round', () => {
    const epochs = new TagEpochs();
    const first = epochs.epoch;
    epochs.invalidate(['a'], 'remove');
    const second = epochs.epoch;
    epochs.invalidate(['a'], 'expire');

    expect([epochs.verdictOf(['a'], first), epochs.verdictOf(['a'], second)]).to.deep.equal(['removed', 'expired']);
    epochs.invalidate(['a'], 'remove');
    expect(epochs.verdictOf(['a'], second)).to.equal('removed');
  });

  it('removes every entry with tags from before an invalidation that it may have forgotten, and none without tags', () => {
    const epochs = new TagEpochs();
    const before = epochs.epoch;
    for (let i = 0; i < 10_001; i++) epochs.invalidate([`tag ${i}`], 'remove');

    expect(epochs.verdictOf(['tag 0'], before)).to.equal('removed');
    expect(epochs.verdictOf(['never invalidated'], before)).to.equal('removed');
    expect(epochs.verdictOf([], before)).to.equal('valid');
    expect(epochs.verdictOf(['never invalidated'], epochs.epoch - 1)).to.equal('valid');
  });

  it('never calls an entry valid whose tag was invalidated after it, in any order of invalidations, also past its bound', () => {
    const tag = fc.integer({ min: 0, max: 12_000 }).map(String);
    const step = fc.oneof(
      fc.record({ tags: fc.array(tag, { minLength: 1, maxLength: 3 }), mode: fc.constantFrom('remove' as const, 'expire' as const) }),
      fc.record({ flood: fc.integer({ min: 1, max: 6_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.array(tag, { minLength: 1, maxLength: 3 }), (steps, tags) => {
        const epochs = new TagEpochs();
        const born: { since: number; worst: 'valid' | 'expired' | 'removed' }[] = [];
        for (const next of steps) {
          born.push({ since: epochs.epoch, worst: 'valid' });
          if ('flood' in next) for (let i = 0; i < next.flood; i++) epochs.invalidate([`other ${i}`], 'remove');
          else {
            epochs.invalidate(next.tags, next.mode);
            if (!next.tags.some((one) => tags.includes(one))) continue;
            for (const one of born) if (one.worst !== 'removed') one.worst = next.mode === 'remove' ? 'removed' : 'expired';
          }
        }
        const strictness = ['valid', 'expired', 'removed'];
        for (const { since, worst } of born) {
          expect(strictness.indexOf(epochs.verdictOf(tags, since))).to.be.at.least(strictness.indexOf(worst));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('puts entries into doubt from a moment on', () => {
    const epochs = new TagEpochs();
    const before = epochs.epoch;
    epochs.doubt();

    expect([before < epochs.doubtedAt, epochs.epoch >= epochs.doubtedAt]).to.deep.equal([true, true]);
  });
});
