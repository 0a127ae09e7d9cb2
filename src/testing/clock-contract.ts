import assert from 'node:assert/strict';
import type { Clock } from '../ports/clock';
import { suite, type Harness } from './suite-tools';

export interface ClockHarness extends Harness {
  readonly clock: Clock;
  /** Lets time pass, in milliseconds: for a real clock, a sleep. */
  readonly elapse: (ms: number) => void | Promise<void>;
  /** The longest lag of `elapsed`, in milliseconds. */
  readonly coarsenessMs: number;
}

/** Too long for a timer of Node, which would fire at once. */
const beyondTimersMs = 2 ** 31;

/** Tests everything that the cache relies on in a {@link Clock}. */
export function clockContract(name: string, makeHarness: () => ClockHarness | Promise<ClockHarness>): void {
  suite(`${name} keeps the Clock contract`, makeHarness, (test) => {
    test('advances, both `now` and `elapsed`', async ({ clock, elapse, coarsenessMs }) => {
      const [wall, elapsed] = [clock.now(), clock.elapsed()];

      await elapse(50);

      assert.ok(clock.now() - wall >= 49);
      assert.ok(clock.elapsed() - elapsed >= 49 - coarsenessMs);
    });

    test('has `elapsed` in whole milliseconds that never decrease', async ({ clock, elapse }) => {
      let last = clock.elapsed();
      for (let round = 0; round < 20; round++) {
        await elapse(1);
        const next = clock.elapsed();
        assert.ok(Number.isInteger(next) && next >= last, `${next} after ${last}`);
        last = next;
      }
    });

    test('has `precise` times that advance and never decrease', async ({ clock, elapse }) => {
      const startedAt = clock.precise();
      assert.ok(clock.precise() >= startedAt);

      await elapse(50);

      assert.ok(clock.precise() - startedAt >= 49);
    });

    test('runs a task once, later, and not before its time', async ({ clock, elapse, coarsenessMs }) => {
      const startedAt = clock.elapsed();
      const ranAt: number[] = [];

      clock.schedule(0, () => ranAt.push(0));
      clock.schedule(40, () => ranAt.push(clock.elapsed()));
      assert.equal(ranAt.length, 0);
      await elapse(150);

      assert.equal(ranAt.length, 2);
      assert.ok(ranAt[1] !== undefined && ranAt[1] - startedAt >= 39 - coarsenessMs);
    });

    test('runs tasks in the order of their times', async ({ clock, elapse }) => {
      const ran: string[] = [];

      clock.schedule(60, () => ran.push('last'));
      clock.schedule(5, () => {
        ran.push('first');
        clock.schedule(5, () => ran.push('second'));
      });
      await elapse(150);

      assert.deepEqual(ran, ['first', 'second', 'last']);
    });

    test('does not run a cancelled task, and accepts a cancel at any time', async ({ clock, elapse }) => {
      const ran: string[] = [];

      const cancelEarly = clock.schedule(10, () => ran.push('cancelled'));
      const cancelLate = clock.schedule(10, () => ran.push('run'));
      cancelEarly();
      cancelEarly();
      await elapse(60);
      cancelLate();

      assert.deepEqual(ran, ['run']);
    });

    test('does not run a task early that is scheduled in weeks', async ({ clock, elapse }) => {
      let ran = false;

      const cancel = clock.schedule(beyondTimersMs, () => (ran = true));
      await elapse(20);
      cancel();

      assert.equal(ran, false);
    });

    test('does not keep the process alive for a waiting task', ({ clock }) => {
      const before = process.getActiveResourcesInfo();

      const cancel = clock.schedule(60_000, () => undefined);
      const after = process.getActiveResourcesInfo();
      cancel();

      assert.deepEqual(after, before);
    });
  });
}
