import { expect } from 'chai';

import { CacheableService } from '../../../src/nest';
import { FakeBus, FakeClock, FakeDriver, FakeMedium } from '../../../src/testing';
import { platforms, ViewedApp, type ViewedOptions } from './viewed-app';
import { textOf, Visitor } from './visitor';

for (const platform of Object.keys(platforms) as (keyof typeof platforms)[]) {
  describe(`the actions of the live view on ${platform}`, () => {
    let app: ViewedApp;
    let cache: CacheableService;
    let visitor: Visitor;

    async function start(options?: ViewedOptions): Promise<void> {
      app = await ViewedApp.start(platform, options);
      cache = app.application.get(CacheableService);
      visitor = app.visitor;
    }

    afterEach(() => app.application.close());

    it('deletes a key of the list, and comes back to where one was', async () => {
      await start();
      await cache.set('a b', 1);
      await cache.set('a c', 1);
      await visitor.open('?q=a');

      const response = await visitor.send({ action: 'delete-name', key: 'a%20b' }, '?q=a');

      expect(response.status).to.equal(303);
      expect(response.headers.get('location')).to.equal('?cache=1.tiercel&did=delete-name&outcome=done&q=a');
      expect([cache.peek('a b'), cache.peek('a c')]).to.deep.equal([undefined, 1]);
    });

    it('deletes a key that is typed, as the application writes it', async () => {
      await start();
      await cache.set('a b', 1);
      await visitor.open();

      const page = await visitor.submit({ action: 'delete-key', key: 'a b' });

      expect(textOf(page)).to.include('The key was deleted from both tiers, if it was there.');
      expect(cache.peek('a b')).to.be.undefined;
    });

    it('removes the entries with a tag that is typed, and no others', async () => {
      await start();
      await cache.set('a', 1, { tags: ['all users'] });
      await cache.set('b', 1);
      await visitor.open();

      const page = await visitor.submit({ action: 'delete-tag', key: 'all users' }, '?q=');

      expect(textOf(page)).to.include('The entries with the tag were removed from both tiers, if there were any.');
      expect([cache.peek('a'), cache.peek('b')]).to.deep.equal([undefined, 1]);
    });

    it('counts no entry that was removed by a tag', async () => {
      await start();
      for (const key of ['user:1', 'user:2']) await cache.set(key, 1, { tags: ['users'] });
      await cache.set('user:3', 1);
      await cache.delByTag('users');

      expect(textOf(await visitor.open('?q=user'))).to.match(/1 key\s+in L1/);
    });

    it('names the rule that a tag breaks', async () => {
      await start();
      await visitor.open();

      const response = await visitor.send({ action: 'delete-tag', key: 'x'.repeat(1_001) });

      expect(response.status).to.equal(400);
      expect(textOf(await response.text())).to.include('expected a tag of at most 1000 characters');
    });

    it('shows the tags of an entry, the first five of many', async () => {
      await start();
      await cache.set('a', 1, { tags: ['t', '<b>'] });
      await cache.set('b', 1, { tags: Array.from({ length: 12 }, (_, index) => `tag${index}`) });

      const page = await visitor.open();

      expect(page).to.include('<td class="wide tags"><bdi>t</bdi>, <bdi>&lt;b&gt;</bdi></td>');
      expect(textOf(page)).to.match(/tag0, tag1, tag2, tag3, tag4 and 7 more/);
    });

    it('clears the namespace that is shown, and no other', async () => {
      await start();
      const users = cache.namespace('users');
      await users.set('a', 1);
      await cache.set('a', 1);
      await visitor.open('?cache=1.tiercel%3Ausers');

      await visitor.submit({ action: 'clear' }, '?cache=1.tiercel%3Ausers');

      expect([users.peek('a'), cache.peek('a')]).to.deep.equal([undefined, 1]);
    });

    it('says that L2 will follow when it is away', async () => {
      const driver = new FakeDriver({ clock: new FakeClock() });
      await start({ cache: { secondary: driver } });
      await cache.start();
      driver.probe.down();
      await visitor.open();

      const page = await visitor.submit({ action: 'delete-key', key: 'a' });

      expect(textOf(page)).to.include(
        'The key was deleted in this process. L2 is down, or has not applied it yet: it will be applied there before',
      );
    });

    it('says that the bus is what is away, and L2 is not', async () => {
      const bus = new FakeBus(new FakeMedium());
      await start({ cache: { secondary: new FakeDriver({ clock: new FakeClock(), bus }) } });
      await cache.start();
      bus.cut();
      await visitor.open();

      const page = await visitor.submit({ action: 'clear' });

      expect(textOf(page)).to.include(
        'The namespace was cleared in this process. L2 has applied it. The bus is down: other processes are notified',
      );
    });

    it('says why it did nothing when the cache is closed', async () => {
      await start();
      await visitor.open();
      await cache.close();

      const response = await visitor.send({ action: 'clear' });

      expect(response.status).to.equal(409);
      expect(textOf(await response.text())).to.include('clear: the cache is closed');
    });

    it('does nothing for a cache that is gone', async () => {
      await start();
      await visitor.open();

      expect((await visitor.send({ action: 'clear' }, '?cache=gone')).status).to.equal(404);
    });

    const forms: Readonly<Record<string, Record<string, string>>> = {
      'no action': {},
      'an unknown action': { action: 'constructor' },
      'a key that is missing': { action: 'delete-key' },
      'an empty name': { action: 'delete-name', key: '' },
      'an empty tag': { action: 'delete-tag', key: '' },
    };
    for (const [what, fields] of Object.entries(forms)) {
      it(`refuses a form with ${what}`, async () => {
        await start();
        await visitor.open();

        expect((await visitor.send(fields)).status).to.equal(400);
      });
    }

    it('refuses a key that is a list or an object', async () => {
      await start();
      await visitor.open();
      const body = new URLSearchParams([
        ['token', visitor.token],
        ['action', 'delete-key'],
        ['key', 'a'],
        ['key', 'b'],
      ]);

      const response = await visitor.fetch('', { method: 'POST', body, headers: { 'sec-fetch-site': 'same-origin' } });

      expect(response.status).to.equal(400);
    });

    describe('refuse', () => {
      beforeEach(async () => {
        await start();
        await cache.set('a', 1);
        await visitor.open();
      });

      async function expectRefusal(response: Response): Promise<void> {
        expect(response.status).to.equal(403);
        expect(textOf(await response.text())).to.include('Nothing was done');
        expect(cache.peek('a')).to.equal(1);
      }

      it('a form without a token', async () => {
        await expectRefusal(await visitor.send({ action: 'clear', token: '' }));
      });

      it('a form with another token', async () => {
        await expectRefusal(await visitor.send({ action: 'clear', token: 'A'.repeat(43) }));
      });

      it('a browser without the cookie', async () => {
        visitor.cookie = '';

        await expectRefusal(await visitor.send({ action: 'clear' }));
      });

      it('an empty token in form and cookie', async () => {
        visitor.cookie = 'tiercel-view=';

        await expectRefusal(await visitor.send({ action: 'clear', token: '' }));
      });

      for (const site of ['cross-site', 'same-site', 'none']) {
        it(`what the browser calls ${site}`, async () => {
          await expectRefusal(await visitor.send({ action: 'clear' }, '', { 'sec-fetch-site': site }));
        });
      }

      for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
        it(`a form from ${origin}`, async () => {
          await expectRefusal(await sendFrom({ origin }));
        });
      }

      it('not a form from their own origin', async () => {
        expect((await sendFrom({ origin: new URL(app.url).origin })).status).to.equal(303);
      });

      it('not one of which nothing says where it is from, as long as the token is right', async () => {
        expect((await sendFrom({})).status).to.equal(303);
      });

      /** As browsers did that knew nothing of Sec-Fetch-Site. */
      function sendFrom(headers: Record<string, string>): Promise<Response> {
        const body = new URLSearchParams({ token: visitor.token, action: 'clear' }).toString();
        return visitor.fetch('', { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });
      }
    });

    it('take a token that another process gave out', async () => {
      await start();
      visitor.cookie = `tiercel-view=${'B'.repeat(43)}`;
      visitor.token = 'B'.repeat(43);

      expect((await visitor.send({ action: 'clear' })).status).to.equal(303);
    });

    it('keep the token of a browser that has one', async () => {
      await start();
      await visitor.open();
      const { token } = visitor;

      const response = await visitor.fetch();

      expect(response.headers.has('set-cookie')).to.be.false;
      expect(await response.text()).to.include(token);
    });

    it('give a cookie that scripts and other sites cannot use', async () => {
      await start();

      const response = await visitor.fetch();

      expect(response.headers.getSetCookie()).to.have.length(1);
      expect(response.headers.get('set-cookie')).to.match(/^tiercel-view=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    });

    it('work below a prefix, with an address of any form', async () => {
      await start({ prepare: (application) => void application.setGlobalPrefix('api') });
      visitor = new Visitor(`${app.url}/api/cache`);
      await cache.set('a', 1);
      const page = await visitor.open();

      const response = await visitor.send({ action: 'clear' });

      expect(response.headers.get('location')).to.match(/^\?/);
      expect(page).not.to.match(/<form[^>]* action=/);
      expect(cache.peek('a')).to.be.undefined;
    });

    it('say so when the application parses no forms', async () => {
      await start({ bodyParser: false });
      await visitor.open();

      const response = await visitor.send({ action: 'clear' });

      if (platform === 'Express') {
        expect(response.status).to.equal(400);
        expect(textOf(await response.text())).to.include('bodyParser: false');
      } else {
        // Fastify does not let such a request in.
        expect(response.status).to.equal(415);
      }
    });
  });
}

describe('the cookie of the live view', () => {
  it('comes beside those that others set', async () => {
    const app = await ViewedApp.start('Express', {
      prepare: (application) => {
        application.use((_: unknown, response: { setHeader(name: string, value: string): void }, next: () => void) => {
          response.setHeader('set-cookie', 'session=1');
          next();
        });
      },
    });

    const response = await app.visitor.fetch();
    await app.application.close();

    expect(response.headers.getSetCookie().map((cookie) => cookie.split('=')[0])).to.deep.equal(['session', 'tiercel-view']);
  });

  it('is for https alone, and this host alone, when the request came by https', async () => {
    const app = await ViewedApp.start('Express', {
      prepare: (application) => {
        (application.getHttpAdapter().getInstance() as { set(name: string, value: unknown): void }).set('trust proxy', true);
      },
    });

    const response = await app.visitor.fetch('', { headers: { 'x-forwarded-proto': 'https' } });
    await app.application.close();

    expect(response.headers.get('set-cookie')).to.match(/^__Host-tiercel-view=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
  });
});
