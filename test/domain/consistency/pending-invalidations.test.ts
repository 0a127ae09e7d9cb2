import { expect } from 'chai';
import fc from 'fast-check';

import { PendingInvalidations } from '../../../src/domain/consistency/pending-invalidations';
import { LocalEntry } from '../../../src/domain/entry/entry';
import { testKey } from '../../../src/testing/suite-tools';

const [a, b, c] = [testKey('a'), testKey('b'), testKey('c')];

describe('PendingInvalidations', () => {
  it('remembers a key until it is settled', () => {
    const pending = new PendingInvalidations(10);
    pending.add(a);
    expect([pending.has(a), pending.has(b), pending.size]).to.deep.equal([true, false, 1]);

    pending.confirm(pending.batch(10));

    expect([pending.has(a), pending.size]).to.deep.equal([false, 0]);
  });

  it('counts a key once, however often it was added', () => {
    const pending = new PendingInvalidations(10);
    pending.add(a);
    pending.add(a);

    expect(pending.size).to.equal(1);
  });

  it('hands out batches of the size that is asked for, the oldest keys first', () => {
    const pending = new PendingInvalidations(10);
    for (const key of [a, b, c]) pending.add(key);

    const first = pending.batch(2);
    pending.confirm(first);
    const second = pending.batch(2);

    expect([first.keys, second.keys]).to.deep.equal([[a, b], [c]]);
  });

  it('forgets nothing that was not settled', () => {
    const pending = new PendingInvalidations(10);
    pending.add(a);
    pending.batch(10);

    expect(pending.has(a)).to.equal(true);
  });

  it('keeps a key that became pending again while its batch was under way', () => {
    const pending = new PendingInvalidations(10);
    pending.add(a);
    pending.add(b);
    const batch = pending.batch(10);
    pending.add(a);

    pending.confirm(batch);

    expect([pending.has(a), pending.has(b)]).to.deep.equal([true, false]);
  });

  it('remembers everything once there are more keys than its limit', () => {
    const pending = new PendingInvalidations(2);
    pending.add(a);
    pending.add(b);
    expect(pending.size).to.equal(2);

    pending.add(c);

    expect([pending.has(testKey('never added')), pending.size, pending.batch(10).keys]).to.deep.equal([true, Infinity, 'everything']);
  });

  it('does not overflow for a key that it has already', () => {
    const pending = new PendingInvalidations(1);
    pending.add(a);
    pending.add(a);

    expect(pending.size).to.equal(1);
  });

  it('settles all keys with everything, except those that came later', () => {
    const pending = new PendingInvalidations(10);
    pending.addEverything();
    pending.add(a);
    const batch = pending.batch(10);
    pending.add(b);

    pending.confirm(batch);

    expect([pending.has(a), pending.has(b), pending.has(c)]).to.deep.equal([false, true, false]);
  });

  it('still remembers everything when it overflowed while everything was being deleted', () => {
    const pending = new PendingInvalidations(1);
    pending.addEverything();
    const batch = pending.batch(10);
    pending.add(a);
    pending.add(b);

    pending.confirm(batch);

    expect(pending.size).to.equal(Infinity);
  });

  it('hides a key while a write of it is under way, and is not owed anything for it', () => {
    const pending = new PendingInvalidations(1);
    const writes = [pending.beginWrite(a), pending.beginWrite(a), pending.beginWrite(b)];
    expect([pending.has(a), pending.has(b), pending.has(c), pending.size]).to.deep.equal([true, true, false, 0]);

    writes[0]?.end();
    expect(pending.has(a)).to.equal(true);
    writes[1]?.end();
    writes[2]?.end();

    expect([pending.has(a), pending.has(b)]).to.deep.equal([false, false]);
  });

  it('hides everything while a clear is under way', () => {
    const pending = new PendingInvalidations(1);
    const reveal = [pending.beginClear(), pending.beginClear()];

    reveal[0]?.();
    expect([pending.has(a), pending.size]).to.deep.equal([true, 0]);
    reveal[1]?.();

    expect(pending.has(a)).to.equal(false);
  });

  it('hides the values of the writes in flight of the given keys only', () => {
    const pending = new PendingInvalidations(1);
    const valueOfB = new LocalEntry('b', 0, 1, 1, 0, 1, 0);
    pending.beginWrite(a, new LocalEntry('a', 0, 1, 1, 0, 1, 0));
    pending.beginWrite(b, valueOfB);

    pending.hideInFlight([a, c]);
    expect([pending.inFlight(a), pending.inFlight(b)]).to.deep.equal([undefined, valueOfB]);
    pending.hideInFlight('everything');

    expect(pending.inFlight(b)).to.equal(undefined);
  });

  it('knows the newest write of a key, until the key or everything is changed again', () => {
    const pending = new PendingInvalidations(1);
    const [first, other] = [pending.beginWrite(a), pending.beginWrite(b)];
    expect([first.isNewest, other.isNewest]).to.deep.equal([true, true]);

    const second = pending.beginWrite(a);
    expect([first.isNewest, second.isNewest, other.isNewest]).to.deep.equal([false, true, true]);
    second.end();
    expect(first.isNewest).to.equal(false);
    pending.beginClear();

    expect(other.isNewest).to.equal(false);
  });

  it('counts no loaded value that is being stored as a newer write', () => {
    const pending = new PendingInvalidations(1);
    const write = pending.beginWrite(a);
    const store = pending.beginStore(a);

    expect([write.isNewest, store.isNewest]).to.deep.equal([true, false]);
  });

  it('still remembers a key that became pending while it was hidden', () => {
    const pending = new PendingInvalidations(1);
    const write = pending.beginWrite(a);
    pending.add(a);
    write.end();

    expect(pending.has(a)).to.equal(true);
  });

  describe('with tags', () => {
    it('counts a value with one pending tag as a miss, until the invalidation is confirmed', () => {
      const pending = new PendingInvalidations(10);
      pending.addTags([a], 'remove');
      expect([pending.hasTag([a]), pending.hasTag([b, a]), pending.hasTag([b]), pending.hasTag([])]).to.deep.equal([
        true,
        true,
        false,
        false,
      ]);
      expect([pending.has(a), pending.size]).to.deep.equal([false, 1]);

      pending.confirm(pending.batch(10));

      expect([pending.hasTag([a]), pending.size]).to.deep.equal([false, 0]);
    });

    it('counts it as a miss while the last of several invalidations is in flight', () => {
      const pending = new PendingInvalidations(10);
      const ends = [pending.beginTags([a, b]), pending.beginTags([a])];

      ends[0]?.();
      expect([pending.hasTag([a]), pending.hasTag([b]), pending.size]).to.deep.equal([true, false, 0]);
      ends[1]?.();

      expect(pending.hasTag([a])).to.equal(false);
    });

    it('keeps a pending tag while another one is in flight, and the other way round', () => {
      const pending = new PendingInvalidations(10);
      pending.addTags([a], 'remove');
      const end = pending.beginTags([b]);
      expect([pending.hasTag([a]), pending.hasTag([b]), pending.hasTag([c])]).to.deep.equal([true, true, false]);

      end();

      expect([pending.hasTag([a]), pending.hasTag([b])]).to.deep.equal([true, false]);
    });

    it('removes a tag that is to be removed and to expire, in either order', () => {
      const pending = new PendingInvalidations(10);
      pending.addTags([a, b], 'remove');
      pending.addTags([a, c], 'expire');
      pending.addTags([c], 'expire');
      pending.addTags([c], 'remove');
      pending.addTags([testKey('d')], 'expire');

      expect(pending.batch(10).tags).to.deep.equal([
        { name: a, mode: 'remove' },
        { name: b, mode: 'remove' },
        { name: c, mode: 'remove' },
        { name: testKey('d'), mode: 'expire' },
      ]);
    });

    it('keeps a tag that became pending, or became so again, while the batch was under way', () => {
      const pending = new PendingInvalidations(10);
      pending.addTags([a, b], 'remove');
      const batch = pending.batch(10);
      pending.addTags([a, c], 'expire');

      pending.confirm(batch);

      expect([a, b, c].map((name) => pending.hasTag([name]))).to.deep.equal([true, false, true]);
    });

    it('hands out and confirms no single tags when everything is pending, except those that came later', () => {
      const pending = new PendingInvalidations(10);
      pending.addEverything();
      pending.addTags([a], 'remove');
      const batch = pending.batch(10);
      pending.addTags([b], 'remove');
      expect([batch.keys, batch.tags]).to.deep.equal(['everything', []]);

      pending.confirm(batch);

      expect([pending.hasTag([a]), pending.hasTag([b]), pending.size]).to.deep.equal([false, true, 1]);
    });

    it('confirms a batch whose tags have been replaced by everything', () => {
      const pending = new PendingInvalidations(10);
      pending.addTags([a], 'remove');
      const batch = pending.batch(10);
      pending.addEverything();

      pending.confirm(batch);

      expect(pending.size).to.equal(Infinity);
    });

    it('counts keys and tags together up to its limit', () => {
      const pending = new PendingInvalidations(2);
      pending.add(a);
      pending.addTags([a], 'remove');
      pending.addTags([a], 'expire');
      expect(pending.size).to.equal(2);

      pending.addTags([b], 'remove');

      expect([pending.size, pending.batch(10).keys]).to.deep.equal([Infinity, 'everything']);
    });
  });

  it('never loses a key that was added after the last batch that held it', () => {
    const step = fc.oneof(
      fc.constantFrom(a, b, c).map((key) => ({ do: 'add' as const, key })),
      fc.constant({ do: 'take' as const }),
      fc.constant({ do: 'settle' as const }),
      fc.constant({ do: 'everything' as const }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 3 }), (steps, limit) => {
        const pending = new PendingInvalidations(limit);
        const owed = new Set<string>();
        let taken: { batch: ReturnType<PendingInvalidations['batch']>; covers: Set<string> } | undefined;
        for (const one of steps) {
          if (one.do === 'add') {
            pending.add(one.key);
            owed.add(one.key);
            taken?.covers.delete(one.key);
          } else if (one.do === 'everything') {
            pending.addEverything();
            for (const key of [a, b, c]) owed.add(key);
            taken?.covers.clear();
          } else if (one.do === 'take') {
            const batch = pending.batch(2);
            taken = { batch, covers: new Set(batch.keys === 'everything' ? [a, b, c] : batch.keys) };
          } else if (taken !== undefined) {
            pending.confirm(taken.batch);
            for (const key of taken.covers) owed.delete(key);
            taken = undefined;
          }
          for (const key of owed) expect(pending.has(testKey(key)), key).to.equal(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
