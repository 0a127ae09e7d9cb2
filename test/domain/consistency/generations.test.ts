import { expect } from 'chai';

import { Generations } from '../../../src/domain/consistency/generations';
import { testKey } from '../../../src/testing/suite-tools';

const a = testKey('a');
const b = testKey('b');

describe('Generations', () => {
  it('is current until the key is invalidated', () => {
    const generations = new Generations();
    const [mine, theirs] = [generations.begin(a), generations.begin(b)];

    generations.advance(a);

    expect(mine.current).to.equal(false);
    expect(theirs.current).to.equal(true);
  });

  it('is overtaken for holders that began before, and current for holders that begin after', () => {
    const generations = new Generations();
    const before = [generations.begin(a), generations.begin(a)];

    generations.advance(a);
    const after = generations.begin(a);

    expect(before.map((one) => one.current)).to.deep.equal([false, false]);
    expect(after.current).to.equal(true);
  });

  it('stays overtaken, however often the key is begun, ended and invalidated again', () => {
    const generations = new Generations();
    const first = generations.begin(a);
    generations.advance(a);
    const second = generations.begin(a);
    generations.end(a, first);
    generations.advance(a);
    generations.end(a, second);

    const third = generations.begin(a);

    expect([first.current, second.current, third.current]).to.deep.equal([false, false, true]);
  });

  it('still notices an invalidation when one of two holders has ended', () => {
    const generations = new Generations();
    const [short, long] = [generations.begin(a), generations.begin(a)];
    generations.end(a, short);

    generations.advance(a);

    expect(long.current).to.equal(false);
  });

  it('is not confused when a holder of before the invalidation ends after it', () => {
    const generations = new Generations();
    const old = generations.begin(a);
    generations.advance(a);
    const young = generations.begin(a);
    generations.end(a, old);

    generations.advance(a);

    expect(young.current).to.equal(false);
  });

  it('overtakes every key at once', () => {
    const generations = new Generations();
    const all = [generations.begin(a), generations.begin(b)];

    generations.advanceAll();

    expect(all.some((one) => one.current)).to.equal(false);
  });

  it('forgets keys without a holder', () => {
    const generations = new Generations();
    const held = generations.begin(a);
    generations.advance(b);
    generations.advance(a);
    generations.end(a, held);
    const again = generations.begin(a);
    generations.end(a, again);

    expect(generations.size).to.equal(0);
  });

  it('forgets the key of a write that has ended, also of one that failed', async () => {
    const generations = new Generations();

    await generations.during(a, async () => 'written');
    await generations.during(b, async () => Promise.reject(new Error('no space'))).catch(() => undefined);

    expect(generations.size).to.equal(0);
  });

  it('counts the keys in flight and the batches of reads', () => {
    const generations = new Generations();
    const reads = { overtake: () => undefined, overtakeAll: () => undefined };
    generations.watch(reads);
    generations.begin(a);
    expect(generations.size).to.equal(2);

    generations.unwatch(reads);

    expect(generations.size).to.equal(1);
  });
});
