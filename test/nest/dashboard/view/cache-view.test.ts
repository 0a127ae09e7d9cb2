import { expect } from 'chai';
import { spy } from 'sinon';
import { CacheableService } from '../../../../src/nest';
import { ViewedApp } from '../viewed-app';
import { textOf } from '../visitor';

describe('the list of caches in the live view', () => {
  let app: ViewedApp;
  let cache: CacheableService;

  beforeEach(async () => {
    app = await ViewedApp.start('Express');
    cache = app.application.get(CacheableService);
  });

  afterEach(() => app.application.close());

  function makeNamespaces(count: number): void {
    for (let number = 1; number <= count; number++) cache.namespace(`tenant-${number}`);
  }

  function linksOf(page: string): readonly string[] {
    return [...page.matchAll(/<a href="(\?cache=[^"]*)"/g)].map((match) => match[1]!.replaceAll('&amp;', '&'));
  }

  it('has 100 of 10 000 caches, and reads the numbers of no others', async () => {
    makeNamespaces(9_999);
    const health = spy(CacheableService.prototype, 'health');

    const page = await app.visitor.open();

    expect(linksOf(page)).to.have.length(100);
    expect(textOf(page)).to.include('10 000 caches; 100 are shown.');
    expect(health.callCount).to.be.at.most(102);
    health.restore();
  });

  it('finds caches by a part of their name', async () => {
    makeNamespaces(200);

    const page = await app.visitor.open('?find=tenant-19');

    expect(textOf(page)).to.include('11 caches with tenant-19 in their names.');
    expect(linksOf(page)).to.have.length(12);
    expect(linksOf(page).at(-1)).to.equal('?cache=1.tiercel%3Atenant-199&find=tenant-19');
  });

  it('has the selected cache also where it is not among the first', async () => {
    makeNamespaces(200);

    const page = await app.visitor.open('?cache=1.tiercel:tenant-150');

    expect(linksOf(page)).to.have.length(100);
    expect(page).to.match(/<a href="\?cache=1\.tiercel%3Atenant-150" aria-current="page">/);
  });

  it('keeps the search when a key is deleted', async () => {
    makeNamespaces(200);
    const query = '?cache=1.tiercel:tenant-150&find=tenant';
    await app.visitor.open(query);

    const response = await app.visitor.send({ action: 'delete-key', key: 'a' }, query);

    expect(response.headers.get('location')).to.include('find=tenant');
  });

  it('has no search where all caches are listed', async () => {
    makeNamespaces(99);

    const page = await app.visitor.open();

    expect(linksOf(page)).to.have.length(100);
    expect(page).to.not.include('find-caches');
  });
});
