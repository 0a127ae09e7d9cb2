import { expect } from 'chai';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const pages = ['.', 'docs', 'examples/cities', 'examples/plain-node'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

/** The id that GitHub gives to a heading. */
function idOf(heading: string): string {
  const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
  return text.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}

function idsIn(page: string): string[] {
  const text = readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => idOf(heading));
}

function isBroken(page: string, target: string): boolean {
  const [path = '', id] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(file)) return true;
  return id !== undefined && file.endsWith('.md') && !idsIn(file).includes(id);
}

describe('the links in the documentation', () => {
  for (const page of pages) {
    it(`${page}: lead to pages and headings that exist`, () => {
      const text = readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
      const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target));

      expect(targets.filter((target) => isBroken(page, target))).to.deep.equal([]);
    });
  }

  it('lead from the list of pages to every page', () => {
    const list = readFileSync('docs/README.md', 'utf8');

    for (const name of readdirSync('docs').filter((file) => file.endsWith('.md') && file !== 'README.md')) {
      expect(list, name).to.contain(`](${name})`);
    }
  });
});
