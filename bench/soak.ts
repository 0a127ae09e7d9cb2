import { exceededLimits } from './soak/limits';
import { printEnd, printHead, printPhase } from './soak/print';
import { soak } from './soak/soak';
import { outages } from './soak/phases';

/** @param minutes - that the phases take together; recovery comes on top */
async function main(minutes: number): Promise<void> {
  if (!(minutes > 0)) throw new Error('expected a number of minutes');
  printHead();
  const report = await soak({ phases: outages, seconds: minutes * 60, onPhase: printPhase });
  const broken = exceededLimits(report);
  printEnd(report, broken);
  if (broken.length > 0) process.exitCode = 1;
}

// Node would leave the servers running.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

void main(Number(process.argv[2] ?? 5));
