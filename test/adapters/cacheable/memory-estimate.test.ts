import { expect } from 'chai';
import { execFileSync } from 'node:child_process';

/** In a process of its own, where nothing else is allocated: how many times the growth of the heap is what layer 1 says of itself. */
function estimated(dataSet: string): number {
  const flags = ['--expose-gc', '-r', 'ts-node/register', 'test/support/fixtures/memory-estimate.ts', dataSet];
  return Number(execFileSync(process.execPath, flags, { encoding: 'utf8' }));
}

describe('what layer 1 says of its memory', () => {
  for (const dataSet of ['numbers', 'cities', 'texts']) {
    it(`is within 20 % of the growth of the heap, for ${dataSet}`, () => {
      expect(estimated(dataSet)).to.be.within(0.8, 1.2);
    });
  }
});
