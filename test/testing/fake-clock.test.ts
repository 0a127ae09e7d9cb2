import { expect } from 'chai';
import { clockContract, FakeClock } from '../../src/testing';

clockContract('FakeClock', () => {
  const clock = new FakeClock();
  return { clock, elapse: (ms) => clock.advance(ms), coarsenessMs: 0 };
});

describe('FakeClock', () => {
  it('advances only when the test says so', () => {
    const clock = new FakeClock(1_000);

    expect([clock.now(), clock.elapsed()]).to.deep.equal([1_000, 0]);
  });

  it('runs each task at its own instant, equal ones in the order in which they were scheduled', async () => {
    const clock = new FakeClock();
    const ran: string[] = [];
    for (const [name, delayMs] of [['c', 30] as const, ['a', 10] as const, ['b', 10] as const]) {
      clock.schedule(delayMs, () => ran.push(`${name} at ${clock.elapsed()}`));
    }

    await clock.advance(100);

    expect(ran).to.deep.equal(['a at 10', 'b at 10', 'c at 30']);
    expect(clock.elapsed()).to.equal(100);
  });

  it('runs tasks that promises schedule meanwhile', async () => {
    const clock = new FakeClock();
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => clock.schedule(ms, resolve));
    const rings: number[] = [];
    const bell = async (): Promise<void> => {
      for (let count = 0; count < 3; count++) {
        await sleep(10);
        await Promise.resolve().then(() => undefined);
        rings.push(clock.elapsed());
      }
    };

    const rung = bell();
    await clock.advance(25);
    expect(rings).to.deep.equal([10, 20]);
    await clock.advance(5);
    await rung;

    expect(rings).to.deep.equal([10, 20, 30]);
  });

  it('moves the wall clock alone', async () => {
    const clock = new FakeClock(1_000);
    let ran = false;
    clock.schedule(10, () => (ran = true));

    clock.jumpWall(-500);
    await clock.advance(5);

    expect([clock.now(), clock.elapsed(), ran]).to.deep.equal([505, 5, false]);
  });

  it('counts the waiting tasks', async () => {
    const clock = new FakeClock();
    clock.schedule(10, () => undefined);
    const cancel = clock.schedule(20, () => undefined);

    expect(clock.waiting).to.equal(2);
    await clock.advance(10);
    expect(clock.waiting).to.equal(1);
    cancel();
    expect(clock.waiting).to.equal(0);
  });
});
