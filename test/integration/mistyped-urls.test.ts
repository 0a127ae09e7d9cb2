import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { mistyped } from '../adapters/resp/mistyped-urls';
import { typescriptModules } from '../support/child-modules';
import { makers } from './fixtures/mistyped-urls';

const script = join(__dirname, 'fixtures', 'mistyped-urls.ts');
const run = promisify(execFile);

describe('A process that is given mistyped URLs', function () {
  this.timeout(120_000);

  for (const name of Object.keys(makers)) {
    it(`prints no part of a password, with ${name}`, async () => {
      const urls = ['redis', 'rediss'].flatMap((scheme) => mistyped.map(([, rest]) => `${scheme}://${rest}`));

      const { stdout, stderr } = await run(process.execPath, [...typescriptModules, script, name, ...urls]);

      expect(stdout).to.match(/done\n$/);
      expect(`${stdout}${stderr}`).not.to.include('hush');
    });
  }
});
