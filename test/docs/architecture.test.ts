import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

/** Folders that a path on the page may begin in. */
const homes = ['src/domain', 'src', 'src/nest/http', ''];

describe('docs/architecture.md', () => {
  it('lists the folders of the domain, in the order that the dependency rule keeps', () => {
    const listed = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    const rule = readFileSync(join(root, '.dependency-cruiser.cjs'), 'utf8');
    const ordered = [...(/domainFolders = \[(.*)\]/.exec(rule)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, name]) => name);
    const folders = readdirSync(join(root, 'src/domain'), { withFileTypes: true }).filter((entry) => entry.isDirectory());

    expect(listed).to.deep.equal(ordered);
    expect(listed).to.have.members(folders.map(({ name }) => name));
  });

  it('names only files that exist', () => {
    const named = [...page.matchAll(/[\w./-]+\.ts\b/g)].map(([name]) => name);

    expect(named).to.have.length.above(15);
    expect(named.filter((name) => !homes.some((home) => existsSync(join(root, home, name))))).to.deep.equal([]);
  });

  it('shows the decorators of the store in the order in which they are put together', () => {
    const order = (/TierGate → .*/.exec(page)?.[0] ?? '').split(' → ').slice(0, 5);
    const [l2, root2] = ['src/domain/assemble-l2.ts', 'src/create-cache.ts'].map((file) => readFileSync(join(root, file), 'utf8'));

    expect(order).to.deep.equal(['TierGate', 'WriteBatchingStore', 'PacedStore', 'breaker', 'DeadlineStore']);
    expect(l2).to.match(/new DeadlineStore\(secondary\.store[^]*adapters\.protect[^]*new TierGate\(/);
    expect(root2).to.contain('new WriteBatchingStore(new PacedStore(store))').and.to.contain('batched(guarded.store)');
  });
});
