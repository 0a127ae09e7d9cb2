import { expect } from 'chai';
import { CacheableModule, CacheableService } from '../../../../src/nest';
import { getCacheToken } from '../../../../src/nest/shared/cacheable.service';
import { ViewedApp } from '../viewed-app';
import { textOf } from '../visitor';

describe('the names of caches in the live view', () => {
  let app: ViewedApp;

  beforeEach(async () => {
    app = await ViewedApp.start('Express', { imports: [CacheableModule.register({ name: 'sessions', logger: false })] });
  });

  afterEach(() => app.application.close());

  function linksOf(page: string): readonly string[] {
    return [...page.matchAll(/<a href="(\?cache=[^"]*)"/g)].map((match) => match[1] ?? '');
  }

  it('stay with a cache when a namespace of the same name appears', async () => {
    const sessions = app.application.get<CacheableService>(getCacheToken('sessions'), { strict: false });
    const cache = app.application.get(CacheableService);
    await sessions.set('a', 1);
    const link = linksOf(await app.visitor.open()).at(-1)!;
    await app.visitor.open(link);

    const namesake = cache.namespace('sessions');
    await namesake.set('a', 1);
    await app.visitor.submit({ action: 'clear' }, link);

    expect([sessions.peek('a'), namesake.peek('a')]).to.deep.equal([undefined, 1]);
  });

  it('differ on the page', async () => {
    app.application.get(CacheableService).namespace('sessions');

    const page = textOf(await app.visitor.open());

    expect(page).to.include('tiercel:sessions #1').and.include('tiercel:sessions #2').and.not.include('tiercel #');
  });
});
