import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

describe('what layer 1 says of its memory', function () {
  this.timeout(60_000);

  /** By data set: how many times the growth of the heap it is. */
  let estimates: Readonly<Record<string, number>>;

  /** In a process of its own, where nothing else is allocated. */
  before(async () => {
    const flags = ['--expose-gc', '-r', 'ts-node/register', 'test/support/fixtures/memory-estimate.ts'];
    const { stdout } = await promisify(execFile)(process.execPath, flags);
    estimates = JSON.parse(stdout) as typeof estimates;
  });

  const records = ['cities', 'documents', 'rows from JSON', 'rows from a database', 'wide records'];
  const dictionaries = ['dictionaries of 3', 'dictionaries of 30', 'dictionaries of numbers'];
  for (const dataSet of ['numbers', 'texts', ...records, ...dictionaries, 'maps', 'buffers']) {
    it(`is within 20 % of the growth of the heap, for ${dataSet}`, () => {
      expect(estimates[dataSet]).to.be.within(0.8, 1.2);
    });
  }
});
