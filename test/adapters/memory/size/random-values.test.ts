import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

describe('the memory estimate of random values', function () {
  this.timeout(240_000);

  it('is never less than the growth of the heap, nor much more, whatever their shape', async () => {
    // In a child process, where nothing else is allocated.
    const flags = ['--expose-gc', '-r', 'ts-node/register', 'test/support/fixtures/random-values.ts', '1', '60'];
    const { stdout } = await promisify(execFile)(process.execPath, flags, { timeout: 200_000 });
    const estimates = Object.entries(JSON.parse(stdout) as Readonly<Record<string, number>>);

    expect(estimates).to.have.length(60);
    // An error, or a short list, alone takes less than half of its estimate; the entry that holds it is not counted here.
    expect(estimates.filter(([, timesTheHeap]) => timesTheHeap < 1 / 1.1 || timesTheHeap > 2.5)).to.deep.equal([]);
  });
});
