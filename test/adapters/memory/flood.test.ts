import { expect } from 'chai';
import { execFileSync } from 'node:child_process';

interface Flooded {
  /** Of the heap, in bytes, since the cache was full. */
  readonly growth: number;
  /** Loads of the hot keys. */
  readonly reloads: number;
  readonly bytes: number;
}

/** Runs in a child process, where nothing else is allocated: 3 000 distinct keys a round, and 500 hot ones in between. */
function flood(rounds: number): Flooded {
  const flags = ['--expose-gc', '-r', 'ts-node/register', 'test/support/fixtures/flood.ts', String(rounds)];
  return JSON.parse(execFileSync(process.execPath, flags, { encoding: 'utf8' })) as Flooded;
}

describe('a flood of a million distinct keys', () => {
  it('neither grows memory nor evicts a key that is read once while half of L1 is replaced', function () {
    this.timeout(60_000);

    const { growth, reloads, bytes } = flood(336);

    expect(growth).to.be.below(2_000_000);
    expect(reloads).to.equal(0);
    expect(bytes).to.be.within(7_900_000, 8_000_000);
  });
});
