import { expect } from 'chai';
import { repository } from './support/repository';
import { run } from './support/run';
import { tarball } from './support/tarball';

const papers = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'ops/grafana/tiercel.json', 'ops/prometheus/tiercel.rules.yml'];
const others = /^(dist\/.+\.(js|d\.ts)(\.map)?|src\/.+\.ts|docs\/[\w-]+\.md)$/;

describe('the package', () => {
  it('contains the build, its source, the documents and the files for operators, and nothing else', async () => {
    const { files } = await tarball();

    expect(files).to.include.members(papers);
    expect(files.filter((file) => !papers.includes(file) && !others.test(file))).to.deep.equal([]);
    expect(files.filter((file) => file.includes('.test.'))).to.deep.equal([]);
  });

  it('brings the source of everything that is built', async () => {
    const { files } = await tarball();
    const sources = files.filter((file) => file.endsWith('.js')).map((file) => file.replace(/^dist\/(.+)\.js$/, 'src/$1.ts'));

    expect(sources).to.not.be.empty;
    expect(files).to.include.members(sources);
  });

  it('is good to publint, down to its suggestions', async () => {
    const { path } = await tarball();

    expect(await run('npx', ['publint', '--strict', path], repository)).to.include('All good!');
  });

  it('has types that every way of resolving modules finds, from node10 to bundlers', async () => {
    const { path } = await tarball();

    await run('npx', ['attw', path], repository);
  });
});
