import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names in the first column of the guide's tables. */
function namesOfRows(): string[] {
  const page = readFileSync('docs/migrating-from-cache-manager.md', 'utf8');
  return [...page.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name]) => name ?? '').filter((name) => name !== 'stores');
}

/** Names at the start of test titles. */
function namesOfTests(): string[] {
  const files = readdirSync(__dirname).filter((file) => file.endsWith('.test.ts'));
  const titles = files.flatMap((file) => [...readFileSync(join(__dirname, file), 'utf8').matchAll(/\bit\(\s*[`']\[([a-z0-9-]+)\]/g)]);
  return titles.map(([, name]) => name ?? '');
}

describe('the migration guide', () => {
  it('has a row for each tested difference, and a test for each row', () => {
    expect(namesOfRows()).to.have.members([...new Set(namesOfTests())]);
  });

  it('begins with a command that installs the packages for a store outside of memory', () => {
    const [, packages] = /npm install (.*)/.exec(readFileSync('docs/migrating-from-cache-manager.md', 'utf8')) ?? [];

    expect(packages?.split(' ')).to.have.members(['tiercel', 'opossum']);
  });

  it('names no difference twice', () => {
    expect(namesOfRows()).to.have.length(new Set(namesOfRows()).size);
  });
});
