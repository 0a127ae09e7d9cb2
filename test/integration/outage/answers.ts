import { expect } from 'chai';
import type { Cache } from '../../../src/domain/cache';
import type { WriteOutcome } from '../../../src/domain/events/cache-events';
import type { LagMeter } from './lag-meter';
import { timed, type Timed } from './timed';

/** The answer that the application gets. */
export type Answer = 'value' | 'miss' | 'loaded' | WriteOutcome;

export const operations = ['warm', 'cold', 'set', 'del', 'wrap'] as const;
export type Operation = (typeof operations)[number];
export type Answers<T> = Readonly<Record<Operation, T>>;

/** The first calls in the trouble, and those that are made once it has been noticed. */
export type Phase = 1 | 2;

/** The default deadlines: 250 ms for a read, 1 s for a write. A `wrap` does not wait for its write. */
export const deadlineMs: Answers<number> = { warm: 0, cold: 250, set: 1_000, del: 1_000, wrap: 250 };
/** For a machine that runs other work; the time in which this process was too busy is subtracted already. */
export const slackMs = 1_000;

/** The values before the outage, and those written during it. */
export const seeded = 'from before';
export const written = 'from now';

/** All five at once, so that none of them profits from the result of another. */
export async function ask(cache: Cache, phase: Phase, lag: LagMeter): Promise<Answers<Timed<Answer>>> {
  const found = (value: unknown): Answer => (
    expect(value).to.be.oneOf([seeded, written, undefined]),
    value === undefined ? 'miss' : 'value'
  );
  const [warm, cold, set, del, wrap] = await Promise.all([
    timed(lag, async () => found(await cache.get('warm'))),
    timed(lag, async () => found(await cache.get(`cold-${phase}`))),
    timed(lag, () => cache.set(`set-${phase}`, written)),
    timed(lag, () => cache.del(`del-${phase}`)),
    timed(lag, async () => (expect(await cache.wrap(`wrap-${phase}`, () => written)).to.equal(written), 'loaded' as const)),
  ]);
  return { warm, cold, set, del, wrap };
}
