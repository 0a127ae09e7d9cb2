import { expect } from 'chai';
import { until } from '../../adapters/redis/until';
import { ask, deadlineMs, operations, seeded, slackMs, written, type Answer, type Answers } from './answers';
import type { CacheHealth } from '../../../src/domain/lifecycle';
import type { DriverUnderTest } from './drivers';
import type { LagMeter } from './lag-meter';
import type { Scenario } from './scenario';
import { Site } from './site';
import { Story } from './story';
import { timed, type Timed } from './timed';
import { Traffic } from './traffic';

/** The results of one driver in one scenario. */
export interface Outcome {
  readonly scenario: string;
  readonly driver: string;
  readonly state: 'up' | 'down' | 'recovering';
  readonly reason: string | undefined;
  readonly first: Answers<Timed<Answer>>;
  readonly then: Answers<Timed<Answer>>;
  /** Time until `health()` shows it. */
  readonly noticedMs: number;
  readonly closeMs: number;
  /** From the end of the trouble until nothing is pending any more. */
  readonly recoveredMs: number;
}

const recoveryLimitMs = 20_000;
/** `ioredis` leaves a server that became a replica once, and comes back to it. */
const lastingMs = 50;
/** `deadlines.close`, as `close()` promises. */
const closeLimitMs = 2_000;

/** Lets the trouble come and go, and asserts that the cache kept its promises all the while. */
export async function playOut(scenario: Scenario, driver: DriverUnderTest, lag: LagMeter): Promise<Outcome> {
  const site = await Site.prepare(driver, scenario);
  const traffic = new Traffic(site.cache, lag);
  try {
    const story = new Story(site);
    if (scenario.fromTheStart === undefined) {
      await site.warmUp();
      await traffic.start();
    }
    const end = await scenario.begin(site);
    const inTrouble = await live(scenario, site, traffic, lag);
    story.expectOneOutageAtMost();
    await end();
    const recoveredMs = await recover(site);
    await traffic.stop();
    await expectRight(scenario, site, inTrouble);
    story.expectOneLinePerTransition();
    return { scenario: scenario.name, driver: driver.name, ...inTrouble, recoveredMs };
  } finally {
    await traffic.stop().catch(() => undefined);
    await site.close();
  }
}

type InTrouble = Omit<Outcome, 'scenario' | 'driver' | 'recoveredMs'>;

async function live(scenario: Scenario, site: Site, traffic: Traffic, lag: LagMeter): Promise<InTrouble> {
  const { cache } = site;
  const [first, noticedMs] = await Promise.all([ask(cache, 1, lag), notice(scenario, site), traffic.start()]);
  traffic.watchDeleted('del-1');
  expectAnswers('at first', first, scenario.first, scenario.fromTheStart ? { ...deadlineMs, warm: deadlineMs.cold } : deadlineMs);
  if (scenario.fromTheStart) await cache.set('warm', written);
  const then = await ask(cache, 2, lag);
  traffic.watchDeleted('del-2');
  expectAnswers('once noticed', then, scenario.then, scenario.state === 'down' ? atOnce : deadlineMs);
  const closeMs = await closeTwin(site, lag);
  await untilHealth(site, `why: ${String(scenario.reason)}`, ({ l2 }) => scenario.reason?.test(l2?.reason ?? '') ?? true);
  const { status, l2 } = cache.health();
  const { state, reason, bus } = l2 ?? expect.fail('it has an L2');
  expect(status).to.equal(reason === undefined && bus !== 'down' ? 'up' : 'degraded');
  expect(reason ?? '').not.to.match(/secret|127\.0\.0\.1/);
  return { state, reason, first, then, noticedMs, closeMs };
}

const atOnce: Answers<number> = { warm: 0, cold: 0, set: 0, del: 0, wrap: 0 };

/** A server that refuses writes stays up, and is noticed by its refusal. Only a state that lasts counts. */
async function notice({ state, reason }: Scenario, site: Site): Promise<number> {
  const since = performance.now();
  let heldSince = Infinity;
  await untilHealth(site, `${state}, with a reason or without`, ({ l2 }) => {
    const isSo = l2?.state === state && (l2.reason === undefined) === (reason === undefined);
    heldSince = isSo ? Math.min(heldSince, performance.now()) : Infinity;
    return performance.now() - heldSince >= lastingMs;
  });
  return heldSince - since;
}

async function untilHealth({ cache }: Site, what: string, isSo: (health: CacheHealth) => boolean): Promise<void> {
  await until(`health() says ${what}`, () => isSo(cache.health())).catch((error: unknown) =>
    expect.fail(`${String(error)}: it says ${JSON.stringify(cache.health())}`),
  );
}

function expectAnswers(when: string, given: Answers<Timed<Answer>>, expected: Answers<Answer>, limitsMs: Answers<number>): void {
  const answers = Object.fromEntries(operations.map((operation) => [operation, given[operation].answer]));
  expect(answers, when).to.deep.equal(expected);
  for (const operation of operations) expect(given[operation].netMs, `${operation} ${when}`).to.be.below(limitsMs[operation] + slackMs);
}

/** With calls under way, all of which are answered. */
async function closeTwin({ twin }: Site, lag: LagMeter): Promise<number> {
  const calls = [twin.get('twin-1'), twin.set('twin-2', written), twin.del('twin-3'), twin.wrap('twin-4', () => written)];
  const { ms, netMs } = await timed(lag, () => twin.close());
  expect(netMs, 'close').to.be.below(closeLimitMs + slackMs);
  expect((await Promise.all(calls))[3]).to.equal(written);
  return ms;
}

/** Goes on writing, as an application does: only a write shows that the server accepts writes again. */
async function recover({ cache }: Site): Promise<number> {
  const since = performance.now();
  const isWell = async (): Promise<boolean> => {
    const outcome = await cache.set('meanwhile', written);
    return outcome === 'done' && cache.health().status === 'up' && cache.health().l2?.pending === 0;
  };
  await until('all is well again', isWell, recoveryLimitMs);
  const ms = performance.now() - since;
  expect(await cache.set('after', written)).to.equal('done');
  return ms;
}

/** The keys on the server, in this process, and in another process that starts now. */
async function expectRight({ losesData }: Scenario, site: Site, { first, then }: InTrouble): Promise<void> {
  const { cache } = site;
  const asked = ['del-1', 'del-2', 'set-1', 'set-2', 'cold-3', 'after'];
  const read = await site.askAgain((stranger) => stranger.getMany(asked));
  const kept = [first, then].map(({ set }) => (set.answer === 'done' ? written : undefined));
  expect(read, asked.join()).to.deep.equal([undefined, undefined, ...kept, losesData ? undefined : seeded, written]);
  expect(await cache.getMany(asked), asked.join()).to.deep.equal(read);
  for (const key of ['del-1', 'del-2']) expect(await site.isOnServer(key), key).to.equal(false);
}
