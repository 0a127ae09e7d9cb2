import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

function sourcesOf(folder: string): { file: string; code: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ file: join(folder, name), code: withoutComments(readFileSync(join(folder, name), 'utf8')) }));
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

/** Access to the outside world: the domain gets it from a port. */
const outsideWorld =
  /\b(Date\.now|new Date\(|setTimeout|setInterval|setImmediate|queueMicrotask|process\.|console\.|performance\.|Buffer\b|Math\.random)/;
const foreignImport = /from '(?!\.)/;

describe('the dependency rule', () => {
  it('lets imports point inwards only', async function () {
    this.timeout(30_000);

    const { stdout } = await run(process.execPath, [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      'src',
      '--config',
      '.dependency-cruiser.cjs',
    ]);

    expect(stdout).to.contain('no dependency violations found');
  });

  for (const folder of ['src/domain', 'src/ports']) {
    it(`keeps packages, clocks, timers and the process out of ${folder}`, () => {
      const offenders = sourcesOf(folder).filter(({ code }) => outsideWorld.test(code) || foreignImport.test(code));

      expect(offenders.map(({ file }) => file)).to.deep.equal([]);
    });
  }

  it('finds a forbidden import', () => {
    expect("import { Redis } from 'ioredis';").to.match(foreignImport);
    expect('const now = Date.now();').to.match(outsideWorld);
  });
});
