import { setTimeout as sleep } from 'node:timers/promises';
import type { Mistake } from './app/mistakes';
import { now } from './clock';
import { History } from './history';
import type { Instance } from './instance';
import { violationOf } from './oracle';
import type { Growth, PhaseReport, SoakReport } from './report';
import { Environment } from './environment';
import type { Phase } from './phases';
import { Traffic } from './traffic';
import type { Vitals } from './vitals';

/** A cache that flapped waits up to 5 s before it believes its server again, and a message that was not sent is tried again within 30. */
const recoveryLimitMs = 45_000;

/** Before each outage, so that L1 has entries that can become stale. */
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
  let stderrLines: () => string[] = () => [];
  const report = await Environment.with(async (environment) => {
    stderrLines = () => environment.instances.flatMap((instance) => instance.stderrLines);
    const run = new Run(environment);
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
  return { ...report, stderrLines: stderrLines() };
}

class Run {
  readonly #environment: Environment;
  readonly #history = new History();
  #atFirst: readonly Vitals[] | undefined;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  async live({ name, begin }: Phase, forMs: number): Promise<PhaseReport> {
    const { instances, versions } = this.#environment;
    const traffic = new Traffic({ instances, versions, history: this.#history }, begin === undefined ? now() : Infinity);
    let recoveredMs: number | undefined;
    try {
      await sleep(warmUpMs);
      const endOutage = await begin?.(this.#environment);
      await sleep(forMs);
      await endOutage?.();
      recoveredMs = await untilWell(traffic, instances);
    } finally {
      await traffic.stop();
    }
    const { errors, latenciesMs } = traffic;
    const stale = this.#history.takeReads().flatMap((read) => violationOf(read, this.#history) ?? []);
    if (recoveredMs !== undefined) this.#atFirst ??= await this.#vitals();
    return { name, latenciesMs, errors, stale, recoveredMs };
  }

  /** Since the end of the first phase, when everything was in use already. */
  async growth(): Promise<readonly Growth[]> {
    const atLast = await this.#vitals();
    return atLast.map((last, i) => ({ first: this.#atFirst?.[i] ?? last, last }));
  }

  #vitals(): Promise<readonly Vitals[]> {
    return Promise.all(this.#environment.instances.map((instance) => instance.vitals()));
  }
}

/** How long it took until all were well; `undefined` when it took too long, or one of them has ended. */
async function untilWell(traffic: Traffic, instances: readonly Instance[]): Promise<number | undefined> {
  const since = now();
  traffic.forgetAnswers();
  while (now() - since < recoveryLimitMs && !instances.some(({ hasEnded }) => hasEnded)) {
    if (traffic.isEverythingWell) return now() - since;
    await sleep(20);
  }
  return undefined;
}
