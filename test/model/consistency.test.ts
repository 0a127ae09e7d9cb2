import { expect } from 'chai';
import fc from 'fast-check';
import { histories, type History } from './history';
import { plantedBugs } from './planted-bugs';
import { World, type WorldOptions } from './world';

const settings: readonly WorldOptions[] = [
  {},
  { nonBlocking: true },
  { acrossProcesses: 'wait' },
  { bus: false },
  { below: true },
  { below: true, bus: false, maxPending: 1 },
  { maxPending: 1, primary: { lruSize: 1 } },
  { ttl: '10s', staleWhileRevalidate: '1m', refreshAhead: 0.5 },
  { ttl: '10s', staleWhileRevalidate: '1m', staleIfError: '1h', refreshAhead: 0.5 },
];

function promiseIsKept(options: WorldOptions) {
  return fc.asyncProperty(histories, async (history) => {
    expect((await World.violations(history, options)).join('\n')).to.equal('');
  });
}

describe('Three processes on one L2, in random histories', function () {
  // Time to shrink a finding.
  this.timeout(60_000);

  for (const options of settings) {
    const name = JSON.stringify(options);

    it(`a read returns no value older than it was promised, with ${name}`, async () => {
      await fc.assert(promiseIsKept(options), { numRuns: 700, seed: 20_260 });
    });

    it(`nor in new random histories, with ${name}`, async () => {
      await fc.assert(promiseIsKept(options), { numRuns: 700 });
    });
  }

  it('a read that L2 answers before an invalidation of its tags, and whose answer comes after it, brings no older value', async () => {
    const history: History = {
      steps: [
        { do: 'clear', process: 0 },
        { do: 'pass', ms: 0 },
        { do: 'wrap', process: 0, key: 'a', loadMs: 0 },
        { do: 'wrap', process: 1, key: 'b', loadMs: 0 },
        { do: 'pass', ms: 31_000 },
        { do: 'delByTag', process: 2, key: 'b' },
        { do: 'wrap', process: 0, key: 'b', loadMs: 0 },
        { do: 'wrap', process: 2, key: 'a', loadMs: 0 },
        { do: 'del', process: 0, key: 'a', commitMs: undefined },
        { do: 'wrap', process: 1, key: 'a', loadMs: 0 },
        { do: 'delByTag', process: 0, key: 'a' },
        { do: 'wrap', process: 2, key: 'b', loadMs: 0 },
        { do: 'del', process: 0, key: 'a', commitMs: undefined },
        { do: 'release', process: 0, arrangement: 'in order' },
      ],
      latencies: [0, 0, 1, 5],
    };
    expect(await World.violations(history, { nonBlocking: true })).to.deep.equal([]);
  });

  it('a set that is overtaken while it waits for the connection leaves no older value in L2', async () => {
    const history: History = {
      steps: [
        { do: 'wrap', process: 0, key: 'a', loadMs: 0 },
        { do: 'pass', ms: 0 },
        { do: 'restart', process: 0 },
        { do: 'set', process: 0, key: 'a' },
      ],
      latencies: [0],
    };
    expect(await World.violations(history, { nonBlocking: true })).to.deep.equal([]);
  });
});

describe('The model of three processes finds planted bugs', function () {
  // Some are found after a thousand histories.
  this.timeout(60_000);

  for (const { name, options = {}, plant } of plantedBugs) {
    it(name, async () => {
      const uproot = plant();
      try {
        const found = await fc.check(promiseIsKept(options), { numRuns: 3_000, seed: 20_260, endOnFailure: true });
        expect(found.failed).to.equal(true);
        expect(String(found.errorInstance)).to.match(/ was promised/);
      } finally {
        uproot();
      }
    });
  }
});
