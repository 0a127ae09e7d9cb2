import { setTimeout as sleep } from 'node:timers/promises';
import type { Mistake } from './app/mistakes';
import { now } from './clock';
import { History } from './history';
import type { Instance } from './instance';
import { breachOf } from './oracle';
import type { Growth, PhaseReport, SoakReport } from './report';
import { Site } from './site';
import type { Phase } from './storm';
import { Traffic } from './traffic';
import type { Vitals } from './vitals';

/** A cache that flapped waits up to 5 s before it believes its server again, and a message that was not sent is tried again within 30. */
const recoveryLimitMs = 45_000;

/** Before each trouble, so that L1 has something to be wrong about. */
const warmUpMs = 700;

export interface SoakOptions {
  readonly phases: readonly Phase[];
  /** Of all phases together, without the time that recovery takes. */
  readonly seconds: number;
  /** To be planted into the second instance. */
  readonly mistake?: Mistake;
  readonly onPhase?: (report: PhaseReport) => void;
}

/** Runs two instances through the phases, and reports their results. Rejects only if they could not be started. */
export async function soak({ phases, seconds, mistake, onPhase }: SoakOptions): Promise<SoakReport> {
  let complaints: () => string[] = () => [];
  const report = await Site.with(async (site) => {
    complaints = () => site.instances.flatMap((instance) => instance.complaints);
    const run = new Run(site);
    const reports: PhaseReport[] = [];
    for (const phase of phases) {
      const phaseReport = await run.live(phase, phase.share * seconds * 1_000);
      reports.push(phaseReport);
      onPhase?.(phaseReport);
      // Later results would say nothing about their own phase.
      if (phaseReport.recoveredMs === undefined) return { phases: reports, growth: [] };
    }
    return { phases: reports, growth: await run.growth() };
  }, mistake);
  return { ...report, complaints: complaints() };
}

class Run {
  readonly #site: Site;
  readonly #history = new History();
  #atFirst: readonly Vitals[] | undefined;

  constructor(site: Site) {
    this.#site = site;
  }

  async live({ name, begin }: Phase, forMs: number): Promise<PhaseReport> {
    const { instances, versions } = this.#site;
    const traffic = new Traffic({ instances, versions, history: this.#history }, begin === undefined ? now() : Infinity);
    let recoveredMs: number | undefined;
    try {
      await sleep(warmUpMs);
      const mend = await begin?.(this.#site);
      await sleep(forMs);
      await mend?.();
      recoveredMs = await untilWell(traffic, instances);
    } finally {
      await traffic.stop();
    }
    const { errors, latenciesMs } = traffic;
    const stale = this.#history.takeReads().flatMap((read) => breachOf(read, this.#history) ?? []);
    if (recoveredMs !== undefined) this.#atFirst ??= await this.#vitals();
    return { name, latenciesMs, errors, stale, recoveredMs };
  }

  /** Since the end of the first phase, when everything was in use already. */
  async growth(): Promise<readonly Growth[]> {
    const atLast = await this.#vitals();
    return atLast.map((last, i) => ({ first: this.#atFirst?.[i] ?? last, last }));
  }

  #vitals(): Promise<readonly Vitals[]> {
    return Promise.all(this.#site.instances.map((instance) => instance.vitals()));
  }
}

/** How long it took until all were well; `undefined` when it took too long, or one of them has ended. */
async function untilWell(traffic: Traffic, instances: readonly Instance[]): Promise<number | undefined> {
  const since = now();
  traffic.askAnew();
  while (now() - since < recoveryLimitMs && !instances.some(({ hasEnded }) => hasEnded)) {
    if (traffic.isEverythingWell) return now() - since;
    await sleep(20);
  }
  return undefined;
}
