import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import * as testing from '../../src/testing';

const root = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const page = read('CONTRIBUTING.md').split('## A driver in an hour')[1]?.split('\n## ')[0] ?? '';
const steps = page.split(/^\d\. /m).slice(1);
const filesIn = (text: string): string[] => [...text.matchAll(/`([\w./-]+\.(?:ts|mjs|json|md))`/g)].map(([, file]) => String(file));

describe('CONTRIBUTING.md, a driver in an hour', () => {
  it('has five steps, and names only files that exist', () => {
    const named = filesIn(page);

    expect(steps).to.have.lengthOf(5);
    expect(named).to.have.length.above(15);
    expect(named.filter((file) => !existsSync(join(root, file)))).to.deep.equal([]);
  });

  it('names the contract suites that a driver runs, and they are published', () => {
    const suites = [...page.matchAll(/`(\w+Contract)`/g)].map(([, name]) => String(name));

    expect(suites).to.have.members(['storeContract', 'driverContract', 'busContract', 'healthProbeContract']);
    for (const name of suites) expect(testing).to.have.property(name).that.is.a('function');
  });

  it('lists every file that names the entry of a driver', () => {
    for (const file of filesIn(steps[4] ?? '')) expect(read(file), file).to.match(/node-redis|nodeRedis/);
  });
});
