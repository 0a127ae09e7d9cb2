import { expect } from 'chai';

import { InvalidationListener } from '../../../src/domain/bus/invalidation-listener';
import type { InvalidationMessage } from '../../../src/ports/invalidation-bus';

function message(overrides: Partial<InvalidationMessage> = {}): InvalidationMessage {
  return { version: 1, node: 'other', sequence: 1, namespace: 'shop', keys: ['a'], ...overrides };
}

describe('InvalidationListener', () => {
  let forgotten: unknown[];
  let gaps: number;
  let listener: InvalidationListener;

  beforeEach(() => {
    forgotten = [];
    gaps = 0;
    listener = new InvalidationListener('own', () => (gaps += 1));
    const receiver = (note: (keys: unknown) => unknown) => ({ invalidated: (keys: unknown) => void note(keys), doubted: () => undefined });
    listener.register(
      'shop',
      receiver((keys) => forgotten.push(keys)),
    );
    listener.register(
      'users',
      receiver((keys) => forgotten.push(['users', keys])),
    );
  });

  it('forgets the keys of the namespace that a message names', () => {
    listener.receive(message({ keys: ['a', 'b'] }));

    expect(forgotten).to.deep.equal([['a', 'b']]);
  });

  it('forgets everything of a namespace, and nothing of another', () => {
    listener.receive(message({ keys: 'everything' }));

    expect(forgotten).to.deep.equal(['everything']);
  });

  it('ignores its own messages, and namespaces that this process does not use', () => {
    listener.receive(message({ node: 'own' }));
    listener.receive(message({ namespace: 'elsewhere' }));

    expect([forgotten, gaps]).to.deep.equal([[], 0]);
  });

  it('forgets all namespaces at a message of another version', () => {
    listener.receive(message({ version: 2 }));

    expect([forgotten, gaps]).to.deep.equal([['everything', ['users', 'everything']], 1]);
  });

  it('takes a hole in the sequence of a node for a gap, and goes on from there', () => {
    listener.receive(message());
    listener.receive(message({ sequence: 3, keys: ['c'] }));
    listener.receive(message({ sequence: 4, keys: ['d'] }));

    expect([forgotten, gaps]).to.deep.equal([[['a'], 'everything', ['users', 'everything'], ['d']], 1]);
  });

  it('finds the loss of a message that a forged number has run ahead of', () => {
    for (const sequence of [1, 2, 5, 3]) listener.receive(message({ sequence }));
    expect(gaps).to.equal(1);

    for (const sequence of [5, 6, 7]) listener.receive(message({ sequence }));
    expect(gaps).to.equal(2);
  });

  it('takes a first message that is not the first of its node for a gap', () => {
    listener.receive(message({ sequence: 7 }));

    expect(gaps).to.equal(1);
  });

  it('counts each node by itself', () => {
    listener.receive(message());
    listener.receive(message({ node: 'third' }));

    expect(gaps).to.equal(0);
  });

  it('drops once more for a message that comes twice or late, and finds no gap in it', () => {
    listener.receive(message());
    listener.receive(message({ sequence: 2, keys: ['b'] }));
    listener.receive(message());
    listener.receive(message({ sequence: 3, keys: ['c'] }));

    expect([forgotten, gaps]).to.deep.equal([[['a'], ['b'], ['a'], ['c']], 0]);
  });

  it('notices a gap again after a forged sequence', () => {
    for (const sequence of [1, Number.MAX_SAFE_INTEGER]) listener.receive(message({ sequence }));
    const afterForgery = gaps;
    for (const sequence of [2, 3]) listener.receive(message({ sequence }));
    const afterTwoMore = gaps;
    listener.receive(message({ sequence: 9 }));

    expect([afterForgery, afterTwoMore, gaps]).to.deep.equal([1, 2, 3]);
  });

  const gapsOf = (...sequences: readonly number[]): number => {
    const before = gaps;
    for (const sequence of sequences) listener.receive(message({ sequence }));
    return gaps - before;
  };

  for (const ahead of [2, 3, 50, 99, 100, 101, 1_000]) {
    it(`notices each lost message after a forged sequence that is ${ahead} ahead`, () => {
      gapsOf(1, 2, 3, 4);

      expect(gapsOf(4 + ahead), 'the forged message').to.equal(1);
      // One that is further away is taken for the end of the sequence, which begins again with the next message.
      gapsOf(5, 6);
      // 8 is lost, and then 11 and 12.
      expect([gapsOf(7, 9, 10), gapsOf(13, 14)]).to.deep.equal([1, 1]);
    });
  }

  it('notices a lost message after several forged sequences', () => {
    gapsOf(1, 2, 3, 4);

    expect(gapsOf(60, 30, 90)).to.equal(3);
    expect(gapsOf(5, 6, 7)).to.equal(0);
    expect(gapsOf(9)).to.equal(1);
  });

  it('finds no gap in messages that come in order up to a forged sequence and beyond', () => {
    gapsOf(1, 50);

    expect(gapsOf(...Array.from({ length: 150 }, (_, index) => index + 2))).to.equal(0);
  });

  it('finds no gap in a late message whose loss was noticed', () => {
    gapsOf(1, 2);

    expect([gapsOf(4), gapsOf(3), gapsOf(5, 6)]).to.deep.equal([1, 0, 0]);
  });

  it('remembers a bounded number of nodes, and doubts those that it forgot', () => {
    for (let node = 0; node < 1_001; node++) listener.receive(message({ node: `node ${node}` }));
    expect(gaps).to.equal(0);

    listener.receive(message({ node: 'node 0', sequence: 2 }));
    listener.receive(message({ node: 'node 1000', sequence: 2 }));

    expect(gaps).to.equal(1);
  });
});
