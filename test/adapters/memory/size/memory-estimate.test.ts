import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

describe('the memory estimate of L1', function () {
  this.timeout(240_000);

  it('is between the growth of the heap (less the one-time allocations of V8) and twice that, for ordinary and for hostile values', async () => {
    // In a child process, where nothing else is allocated.
    const flags = ['--expose-gc', '-r', 'ts-node/register', 'test/support/fixtures/memory-estimate.ts'];
    const { stdout } = await promisify(execFile)(process.execPath, flags, { timeout: 200_000 });
    const estimates = Object.entries(JSON.parse(stdout) as Readonly<Record<string, number>>);

    expect(estimates).to.have.length.above(45);
    expect(estimates.filter(([, timesTheHeap]) => timesTheHeap < 0.93 || timesTheHeap > 2)).to.deep.equal([]);
  });
});
