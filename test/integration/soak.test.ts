import { expect } from 'chai';
import type { Mistake } from '../../bench/soak/app/mistakes';
import { exceededLimits } from '../../bench/soak/limits';
import { History, type Exchange } from '../../bench/soak/history';
import { violationOf } from '../../bench/soak/oracle';
import type { Change, ChangeKind, ReadKind, Request } from '../../bench/soak/requests';
import { soak } from '../../bench/soak/soak';
import { calm, outages } from '../../bench/soak/phases';
import type { InstanceFacts } from '../../bench/soak/instance-facts';

describe('Two Nest processes during outages', function () {
  this.timeout(90_000);

  it('answer every request correctly, and use no more memory and handles afterwards', async () => {
    const report = await soak({ phases: outages, seconds: 15 });

    expect(exceededLimits(report).join('\n')).to.equal('');
    for (const { latenciesMs, name } of report.phases) expect(latenciesMs, name).to.not.be.empty;
  });

  // Few of the requests invalidate tags.
  const mistakes: Readonly<Record<Mistake, number>> = {
    'ignores messages': 2,
    'deletes in L1 alone': 2,
    'invalidates tags in L1 alone': 8,
  };
  for (const [mistake, seconds] of Object.entries(mistakes) as [Mistake, number][]) {
    it(`return stale values, which are reported, when one of them ${mistake}`, async () => {
      const { phases } = await soak({ phases: [{ ...calm, share: 1 }], seconds, mistake });

      expect(phases.flatMap(({ stale }) => stale)).to.not.be.empty;
      expect(phases.flatMap(({ errors }) => errors)).to.deep.equal([]);
    });
  }
});

describe('The oracle of the soak', () => {
  let history: History;

  beforeEach(() => {
    history = new History();
  });

  it('allows no read of a value older than the one that the same instance has acknowledged, pending or not', () => {
    record('del', 0, [10, 20], { version: 2, text: 'pending' });

    expect(stale({ instance: 0, askedAt: 19 })).to.equal(false);
    expect(stale({ instance: 0, askedAt: 21 })).to.equal(true);
  });

  it('allows the other instance to read it until it has received the change, or a gap', () => {
    record('del', 0, [10, 20], { version: 2, published: 5 });

    expect(stale({ instance: 1, askedAt: 25_000, lastMessage: 4, gapAt: 19 })).to.equal(false);
    expect(stale({ instance: 1, askedAt: 21, lastMessage: 5 })).to.equal(true);
    expect(stale({ instance: 1, askedAt: 21, gapAt: 20 })).to.equal(true);
  });

  it('allows an instance without messages to read it for 30 seconds and the deadline of a read', () => {
    record('del', 0, [10, 20], { version: 2 });

    expect(stale({ instance: 1, askedAt: 30_270 })).to.equal(false);
    expect(stale({ instance: 1, askedAt: 30_280 })).to.equal(true);
  });

  it('expects the message within five seconds while nothing is wrong', () => {
    record('del', 0, [10, 20], { version: 2 });

    expect(stale({ instance: 1, askedAt: 5_030, calmSince: 11 })).to.equal(false);
    expect(stale({ instance: 1, askedAt: 5_010, calmSince: 9 })).to.equal(false);
    expect(stale({ instance: 1, askedAt: 5_030, calmSince: 9 })).to.equal(true);
  });

  it('counts pending keys from the recovery on', () => {
    record('del', 0, [10, 20], { version: 2, text: 'pending', nothingPending: false });
    record('get', 0, [15, 40], { version: 2, published: 6 });
    expect(stale({ instance: 1, askedAt: 99, lastMessage: 7 })).to.equal(false);

    record('get', 0, [50, 60], { version: 2, published: 8 });
    expect(stale({ instance: 1, askedAt: 99, lastMessage: 8 })).to.equal(false);
    expect(stale({ instance: 1, askedAt: 99, lastMessage: 9 })).to.equal(true);
  });

  it('excuses a set of the other instance at the same time, until the next invalidation', () => {
    record('set', 1, [5, 15], { version: 1 });
    record('del', 0, [10, 20], { version: 2 });
    expect(stale({ instance: 0, askedAt: 30 })).to.equal(false);

    record('del', 0, [40, 50], { version: 3, published: 2 });
    expect(stale({ instance: 0, askedAt: 60 })).to.equal(true);
  });

  it('excuses no load: L2 takes its value in place of its lease alone', () => {
    record('wrap', 1, [5, 15], { loadedBefore: { lastMessage: 0 } });
    record('wrap', 0, [5, 30], { loadedBefore: { lastMessage: 0 } });
    record('del', 0, [10, 20], { version: 2 });

    expect(stale({ instance: 0, askedAt: 40 })).to.equal(true);
  });

  it('excuses a write of unknown fate until its instance has recovered and the reader has received the message', () => {
    record('set', 1, [5, 9], { version: 1, text: 'pending', nothingPending: false });
    record('del', 0, [10, 20], { version: 2 });
    expect(stale({ instance: 0, askedAt: 30 })).to.equal(false);
    expect(stale({ instance: 1, askedAt: 30, lastMessage: 1 })).to.equal(true);

    record('get', 1, [40, 50], { version: 2, published: 2 });
    expect(stale({ instance: 0, askedAt: 60, lastMessage: 2 })).to.equal(false);
    expect(stale({ instance: 0, askedAt: 60, lastMessage: 3 })).to.equal(true);
  });

  it('allows a value that L2 did not take for degradedTtl, and a loaded value for longer', () => {
    record('set', 0, [10, 20], { version: 1, text: 'pending', nothingPending: false, isOwed: true });
    expect(stale({ instance: 0, askedAt: 5_020 })).to.equal(false);
    expect(stale({ instance: 0, askedAt: 5_030 })).to.equal(true);

    record('wrap', 0, [5_040, 5_050], { loadedBefore: { lastMessage: 0 }, sent: false });
    expect(stale({ instance: 0, askedAt: 5_060 })).to.equal(false);
  });

  it('expects no end of a value of which the message alone is pending', () => {
    record('set', 0, [10, 20], { version: 1, text: 'pending' });

    expect(stale({ instance: 0, askedAt: 5_030 })).to.equal(false);
  });

  for (const kind of ['delByTag', 'clear'] as const) {
    it(`counts each key that a ${kind} is about`, () => {
      record(kind, 0, [10, 20], {
        changed: [
          { key: 3, version: 9 },
          { key: 0, version: 2 },
        ],
      });

      expect(stale({ instance: 0, askedAt: 21 })).to.equal(true);
    });
  }

  it('holds a read to the changes before it, in whatever order they were answered', () => {
    record('del', 0, [30, 40], { version: 3 });
    record('del', 0, [10, 50], { version: 2 });

    expect(stale({ instance: 0, askedAt: 29 })).to.equal(false);
    expect(stale({ instance: 0, askedAt: 45 })).to.equal(true);
  });

  const never = { lastMessage: 0, gapAt: -Infinity };

  interface Facts extends Partial<InstanceFacts> {
    readonly version?: number;
    readonly text?: 'done' | 'pending';
    readonly loadedBefore?: { readonly lastMessage: number };
    readonly sent?: boolean;
    readonly changed?: Change['changed'];
  }

  /** All requests are about one key; reads and loads return version 1. */
  function record(kind: ReadKind | ChangeKind, instance: number, [askedAt, answeredAt]: readonly [number, number], given: Facts): void {
    const { loadedBefore, sent = true, text, version = 1, changed = [{ key: 0, version }], ...facts } = given;
    const loaded = loadedBefore && { version: 1, sent, received: { ...never, ...loadedBefore } };
    const isRead = kind === 'get' || kind === 'wrap' || kind === 'intercept';
    const request: Request = isRead ? { kind, key: 0 } : { kind, key: 0, changed };
    const answer = isRead ? '' : (text ?? 'done');
    const exchange: Exchange = {
      instance,
      request,
      askedAt,
      answeredAt,
      text: answer,
      calmSince: Infinity,
      // A change that is done was published.
      facts: {
        received: never,
        fateUnknown: false,
        published: answer === 'done' ? 1 : 0,
        nothingPending: true,
        isWell: true,
        ...facts,
        ...(loaded && { loaded }),
      },
    };
    history.add(exchange);
  }

  function stale(read: {
    readonly instance: number;
    readonly askedAt: number;
    readonly lastMessage?: number;
    readonly gapAt?: number;
    readonly calmSince?: number;
  }): boolean {
    const { askedAt, calmSince = Infinity, gapAt = -Infinity, lastMessage = 0, instance } = read;
    return violationOf({ instance, key: 0, version: 1, askedAt, received: { lastMessage, gapAt }, calmSince }, history) !== undefined;
  }
});
