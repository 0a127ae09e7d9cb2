import { expect } from 'chai';

import { CacheError } from '../../../src/domain/cache-error';
import { unreachable } from '../../../src/domain/l2/remote-tier';
import { L2Read, ReadBatch, type L2Payload } from '../../../src/domain/reading/l2-read';
import { ReadQueue } from '../../../src/domain/reading/read-queue';
import { testKey } from '../../../src/testing/suite-tools';

const moment = { now: 0, elapsed: 0, times: undefined, epoch: 0 };

class PayloadRead extends L2Read<L2Payload> {
  protected outcomeOf(payload: L2Payload): L2Payload {
    return payload;
  }
}

describe('ReadQueue', () => {
  let sent: ReadBatch[];
  let queue: ReadQueue;

  beforeEach(() => {
    sent = [];
    queue = new ReadQueue({
      newBatch: () => new ReadBatch(),
      send: (batch) => sent.push(batch),
      afterTurn: (task) => void setImmediate(task),
    });
  });

  const read = (...names: string[]): PayloadRead[] => {
    const reads = names.map((name) => new PayloadRead(testKey(name)));
    for (const each of reads) queue.add(each);
    return reads;
  };
  const keysSent = (): string[][] => sent.map((batch) => [...batch.keys()]);
  const end = (index: number): void => {
    const batch = sent[index];
    if (batch === undefined) throw new Error('no such batch was sent');
    queue.ended(batch);
  };
  const answer = (batch: ReadBatch | undefined): void => {
    if (batch === undefined) throw new Error('no such batch was sent');
    const keys = [...batch.keys()];
    batch.receive(
      keys.map((key) => `of ${key}`),
      keys,
      moment,
    );
  };

  it('sends a read at once while none is on its way, and those that follow when their turn ends', async () => {
    read('a', 'b', 'c');
    const atOnce = keysSent();
    await nextTurn();

    expect(atOnce).to.deep.equal([['a']]);
    expect(keysSent()).to.deep.equal([['a'], ['b', 'c']]);
  });

  it('sends a read at once again as soon as all were answered', async () => {
    read('a', 'b');
    await nextTurn();
    end(0);
    read('c');
    const whileOneIsOnItsWay = keysSent();
    await nextTurn();
    end(1);
    end(2);
    read('d');

    expect(whileOneIsOnItsWay).to.deep.equal([['a'], ['b']]);
    expect(keysSent()).to.deep.equal([['a'], ['b'], ['c'], ['d']]);
  });

  it('sends none alone in a turn in which several readers were answered', async () => {
    queue.together(() => read('a', 'b'));
    await nextTurn();
    end(0);
    read('c', 'd');
    await nextTurn();

    expect(keysSent()).to.deep.equal([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('sends the reads of microtasks and other callbacks of the turn together', async () => {
    read('a', 'b');
    await Promise.resolve();
    read('c');
    process.nextTick(() => read('d'));
    await nextTurn();

    expect(keysSent()).to.deep.equal([['a'], ['b', 'c', 'd']]);
  });

  it('sends none alone of those that are known to come together', async () => {
    queue.together(() => read('a', 'b'));
    const atOnce = keysSent();
    await nextTurn();

    expect(atOnce).to.deep.equal([]);
    expect(keysSent()).to.deep.equal([['a', 'b']]);
  });

  it('names a key once for several readers, and gives each its payload', async () => {
    const reads = queue.together(() => read('a', 'b', 'a', 'a'));
    await nextTurn();
    answer(sent[0]);

    expect(keysSent()).to.deep.equal([['a', 'b']]);
    expect(sent[0]?.callers).to.equal(4);
    expect(await Promise.all(reads.map((each) => each.promise))).to.deep.equal(['of a', 'of b', 'of a', 'of a']);
  });

  it('sends a full batch at once and the rest when the turn ends', async () => {
    queue.together(() => read(...Array.from({ length: 300 }, (_, index) => `${index}`)));
    const atOnce = keysSent().map((keys) => keys.length);
    await nextTurn();

    expect(atOnce).to.deep.equal([127, 127]);
    expect(keysSent().map((keys) => keys.length)).to.deep.equal([127, 127, 46]);
  });

  it('does not wait for the answer to the batch before', async () => {
    read('a', 'b');
    await nextTurn();
    read('c');
    await nextTurn();

    expect(keysSent()).to.deep.equal([['a'], ['b'], ['c']]);
  });

  it('rejects only the reader whose settling throws', async () => {
    class Throwing extends PayloadRead {
      protected override outcomeOf(): L2Payload {
        throw new Error('thrown');
      }
    }
    const throwing = new Throwing(testKey('a'));
    const other = new PayloadRead(testKey('a'));
    const batch = new ReadBatch();
    batch.add(throwing);
    batch.add(other);

    answer(batch);
    const [first, second] = await Promise.allSettled([throwing.promise, other.promise]);

    expect(first).to.have.nested.property('reason.message', 'thrown');
    expect(second).to.deep.equal({ status: 'fulfilled', value: 'of a' });
  });

  it('notices which of its keys are invalidated on the way', () => {
    const [a, b, again] = ['a', 'b', 'a'].map((name) => new PayloadRead(testKey(name))) as [PayloadRead, PayloadRead, PayloadRead];
    const flight = { current: true };
    const ofFlight = new PayloadRead(testKey('a'), flight);
    const batch = new ReadBatch();
    for (const each of [a, b, again, ofFlight]) batch.add(each);

    batch.overtake(testKey('a'));

    expect([a, b, again, ofFlight].map((each) => each.current)).to.deep.equal([false, true, false, true]);
    flight.current = false;
    expect(ofFlight.current).to.equal(false);
    batch.overtakeAll();
    expect(b.current).to.equal(false);
  });

  describe('a value that makes its batch fail', () => {
    const names = Array.from({ length: 40 }, (_, index) => `k${index}`);
    const late = new CacheError('CACHE_TIER_UNAVAILABLE', 'too late');

    /** One turn in which all keys are read; a batch with one of the culprits fails. Returns how many reads failed, and the keys to be deleted. */
    async function readAll(isCulprit: (key: string) => boolean): Promise<{ failed: number; deleted: string[] }> {
      sent = [];
      const reads = queue.together(() => read(...names));
      await nextTurn();
      const deleted: string[] = [];
      for (const batch of sent) {
        if ([...batch.keys()].some(isCulprit)) {
          batch.receive(unreachable, [], moment);
          deleted.push(...[queue.failed(batch, late)].filter((key) => key !== undefined));
        } else {
          answer(batch);
          queue.answered(batch);
        }
      }
      const payloads = await Promise.all(reads.map((each) => each.promise));
      return { failed: payloads.filter((payload) => payload === unreachable).length, deleted };
    }

    it('is found by halves, each time the keys are read, and given up after it failed alone twice', async () => {
      const failures: number[] = [];
      const deleted: string[] = [];
      for (let round = 0; round < 9; round += 1) {
        const outcome = await readAll((key) => key === 'k17' && !deleted.includes(key));
        failures.push(outcome.failed);
        deleted.push(...outcome.deleted);
      }

      expect(failures).to.deep.equal([40, 20, 10, 5, 3, 1, 1, 0, 0]);
      expect(deleted).to.deep.equal(['k17']);
    });

    it('is not looked for in an outage: no key is deleted, however often it fails alone', async () => {
      for (let round = 0; round < 20; round += 1) expect(await readAll(() => true)).to.deep.equal({ failed: 40, deleted: [] });
    });
  });
});

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
