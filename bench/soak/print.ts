import { growthOf } from './limits';
import type { PhaseReport, SoakReport } from './report';

const columns = ['requests', 'errors', 'p50 ms', 'p99 ms', 'stale', 'well after ms'] as const;
const nameWidth = 30;

export function printHead(): void {
  printRow('', columns);
}

export function printPhase({ errors, latenciesMs, name, recoveredMs, stale }: PhaseReport): void {
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  const at = (part: number): string => (sorted[Math.floor(part * sorted.length)] ?? NaN).toFixed(1);
  printRow(name, [latenciesMs.length, errors.length, at(0.5), at(0.99), stale.length, recoveredMs?.toFixed(0) ?? 'never']);
}

export function printEnd(report: SoakReport, broken: readonly string[]): void {
  for (const [i, { handles, heapBytes }] of growthOf(report).entries()) {
    console.log(`instance ${i}: heap ${(heapBytes / 1e6).toFixed(2)} MB more, handles ${handles} more`);
  }
  console.log(broken.length === 0 ? 'all bars kept' : `${broken.length} times a bar was broken, first:\n${broken.slice(0, 20).join('\n')}`);
}

function printRow(name: string, cells: readonly (string | number)[]): void {
  console.log(name.padEnd(nameWidth) + cells.map((cell, i) => String(cell).padStart(columns[i]!.length + 3)).join(''));
}
