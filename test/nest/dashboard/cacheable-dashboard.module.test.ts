import {
  Injectable,
  VersioningType,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { map, type Observable } from 'rxjs';
import { stub } from 'sinon';

import { CacheableInterceptor, CacheableModule, CacheableService } from '../../../src/nest';
import { getCacheToken } from '../../../src/nest/shared/cacheable.service';
import { CacheableDashboardModule } from '../../../src/nest/dashboard';
import { FakeClock, FakeDriver } from '../../../src/testing';
import { platforms, ViewedApp, type ViewedOptions } from './viewed-app';
import { textOf } from './visitor';

@Injectable()
class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    return headers['authorization'] === 'Bearer operator';
  }
}

@Injectable()
class EnvelopeInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

for (const platform of Object.keys(platforms) as (keyof typeof platforms)[]) {
  describe(`CacheableDashboardModule on ${platform}`, () => {
    let app: ViewedApp | undefined;

    async function start(options?: ViewedOptions): Promise<ViewedApp> {
      app = await ViewedApp.start(platform, options);
      return app;
    }

    function cacheOf({ application }: ViewedApp): CacheableService {
      return application.get(CacheableService);
    }

    afterEach(async () => {
      await app?.application.close();
      app = undefined;
    });

    it('shows how a cache does', async () => {
      const { application, clock, visitor } = await start();
      const cache = application.get(CacheableService);
      await cache.set('a', 1);
      await cache.getMany(['a', 'a', 'a', 'b']);
      await clock.advance(5_000);

      const response = await visitor.fetch();
      const page = textOf(await response.text());

      expect(response.status).to.equal(200);
      expect(response.headers.get('content-type')?.toLowerCase()).to.equal('text/html; charset=utf-8');
      expect(page).to.include('Hit rate, last minute 75.0 %').and.include('0.8 reads per second now');
      expect(page).to.include('Entries 1 ').and.include('This cache has one tier');
    });

    it('lists named caches and namespaces, and shows the one that is asked for', async () => {
      const sessions = CacheableModule.register({ name: 'sessions', logger: false });
      const { application, visitor } = await start({ imports: [sessions] });
      const admin = application.get<CacheableService>(getCacheToken('sessions'), { strict: false }).namespace('admin');
      await admin.set('root', 1);

      const page = await visitor.open('?cache=2.tiercel%3Asessions%3Aadmin');

      const links = [...page.matchAll(/href="(\?cache=[^"]*)"/g)].map((match) => match[1]);
      expect(links).to.deep.equal(['?cache=1.tiercel', '?cache=2.tiercel%3Asessions', '?cache=2.tiercel%3Asessions%3Aadmin']);
      expect(page)
        .to.match(/<h1>\s*<bdi>tiercel:sessions:admin<\/bdi>/)
        .and.to.include('<bdi>root</bdi>');
    });

    it('numbers two caches of one namespace', async () => {
      const { visitor } = await start({ imports: [CacheableModule.register({ name: 'other', namespace: 'tiercel', logger: false })] });

      const response = await visitor.fetch('?cache=2.tiercel');

      expect(response.status).to.equal(200);
      expect(await response.text()).to.include('<bdi>tiercel #2</bdi>');
    });

    it('says so when there is no cache', async () => {
      const { visitor } = await start({ cache: 'none' });

      const response = await visitor.fetch();

      expect(response.status).to.equal(200);
      expect(textOf(await response.text())).to.include('This application has no cache yet.');
    });

    it('has no page for a cache that does not exist', async () => {
      const { visitor } = await start();

      const response = await visitor.fetch('?cache=%3Cscript%3E');

      expect(response.status).to.equal(404);
      expect(await response.text())
        .to.include('There is no such cache')
        .and.not.include('<script>%');
    });

    it('goes on when a cache is closed', async () => {
      const started = await start();
      await cacheOf(started).close();

      const response = await started.visitor.fetch();

      expect(response.status).to.equal(200);
      expect(textOf(await response.text())).to.include('This cache is closed');
    });

    it('goes on when the numbers of a cache cannot be read, or its keys', async () => {
      const started = await start();
      const stubs = [stub(cacheOf(started), 'stats').throws(new Error()), stub(cacheOf(started), 'inspector').throws(new Error())];

      const response = await started.visitor.fetch();
      for (const one of stubs) one.restore();

      expect(response.status).to.equal(200);
      expect(textOf(await response.text()))
        .to.include('The numbers of this cache cannot be read.')
        .and.include('The keys of this cache cannot be read.');
    });

    it('shows when L2 was down and up', async () => {
      const driver = new FakeDriver({ clock: new FakeClock() });
      const started = await start({ cache: { secondary: driver } });
      await cacheOf(started).start();
      await started.clock.advance(60_000);
      driver.probe.down('cut <off>');
      await started.clock.advance(30_000);

      const page = await started.visitor.open();

      expect(textOf(page)).to.match(/■ down for under 1 s, through \S+: cut &lt;off&gt;/);
      expect(page).to.match(/<rect\s+class="period down"/);
      expect(textOf(page)).to.include('Down for 30 s of the last 3 min, in 1 outage.');
      expect(textOf(page)).to.match(/■ down 30 s cut &lt;off&gt; \S+ ● up 1 min/);
    });

    it('finds keys by a part of their name, and shows their age and remaining life', async () => {
      const started = await start();
      await cacheOf(started).set('users/1', 'secret-1', '5m');
      await cacheOf(started).set('orders/1', 'secret-2');

      const page = await started.visitor.open('?q=users');

      expect(textOf(page)).to.include('1 key in L1 with users in its name.');
      expect(textOf(page)).to.match(/users\/1 under 1 s (5 min|4 min 59 s) Delete users\/1/);
      expect(page).not.to.include('orders/1').and.not.to.include('secret');
    });

    it('finds a key as the application writes it, whatever the sanitizer made of it', async () => {
      const started = await start();
      await cacheOf(started).set('a b', 1);

      expect(textOf(await started.visitor.open('?q=a%20b'))).to.include('Delete a%20b');
    });

    it('shows a hundred keys, and how many there are', async () => {
      const started = await start();
      for (let index = 0; index < 150; index++) await cacheOf(started).set(`k${index}`, index);

      const page = await started.visitor.open();

      expect(textOf(page)).to.include('150 keys in L1; 100 are shown.');
      expect(page.match(/value="delete-name"/g)).to.have.length(100);
    });

    it('shows values when it is allowed to', async () => {
      const started = await start({ dashboard: { showValues: true } });
      await cacheOf(started).set('user', { name: '</pre><script>alert(1)</script>\u202E' });
      await cacheOf(started).set('long', 'x'.repeat(5_000));

      expect(await started.visitor.open()).not.to.include('&lt;/pre&gt;');
      const page = await started.visitor.open('?show=user');

      expect(page).to.include('&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;\\u{202E}').and.not.include('<script>alert');
      expect(/x{500,}/.exec(await started.visitor.open('?show=long'))?.[0]).to.have.length(1_999);
      expect(await started.visitor.open('?show=gone')).to.include('L1 does not hold it any more.');
    });

    it('shows no value when it is not allowed to, whatever is asked', async () => {
      const started = await start();
      await cacheOf(started).set('user', 'secret');

      expect(await started.visitor.open('?show=user'))
        .not.to.include('secret')
        .and.not.to.include('id="value"');
    });

    it('escapes untrusted text', async () => {
      const started = await start({ cache: { sanitizer: { sanitize: (key: string) => key } } });
      const nasty = `<script>alert('"1"')</script>\u202E\u200F`;
      await cacheOf(started).set(nasty, nasty);

      const page = await started.visitor.open(`?${new URLSearchParams({ q: nasty.slice(0, 10), did: nasty, outcome: nasty }).toString()}`);

      expect(page).not.to.include('<script>alert').and.not.to.include(`'"1"'`);
      expect(page).to.include('<bdi>&lt;script&gt;alert(&#39;&quot;1&quot;&#39;)&lt;/script&gt;\\u{202E}\\u{200F}</bdi>');
    });

    it('is guarded by the guards that it is given, whatever is asked of it', async () => {
      const { visitor } = await start({ dashboard: { guards: [TokenGuard] } });
      const authorization = 'Bearer operator';

      expect((await visitor.fetch()).status).to.equal(403);
      expect((await visitor.send({ action: 'clear' })).status).to.equal(403);
      expect((await visitor.fetch('', { headers: { authorization } })).status).to.equal(200);
    });

    it('is guarded by those of the application', async () => {
      const { visitor } = await start({ providers: [{ provide: APP_GUARD, useClass: TokenGuard }] });

      expect((await visitor.fetch()).status).to.equal(403);
    });

    it('stands below the prefix and outside of versions, at the path it is given', async () => {
      const { url } = await start({
        dashboard: { path: 'ops/caches' },
        prepare: (application) => {
          application.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI });
        },
      });

      expect((await fetch(`${url}/api/ops/caches`)).status).to.equal(200);
    });

    it('is the same page whatever interceptors and pipes the application has', async () => {
      const { visitor } = await start({
        providers: [
          { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
          { provide: APP_INTERCEPTOR, useClass: CacheableInterceptor },
        ],
        prepare: (application) => {
          application.useGlobalPipes({ transform: () => ({}) });
        },
      });

      expect(await visitor.open()).to.match(/^<!doctype html>/);
      expect(textOf(await visitor.submit({ action: 'clear' }))).to.include('The namespace was cleared in both tiers.');
    });

    it('forbids the browser whatever the page does not need, whatever headers the application sets', async () => {
      const { visitor } = await start({
        prepare: (application) => {
          application.use((_: unknown, response: { setHeader(name: string, value: string): void }, next: () => void) => {
            response.setHeader('content-security-policy', "default-src *; script-src 'self'");
            response.setHeader('referrer-policy', 'no-referrer');
            next();
          });
        },
      });

      const response = await visitor.fetch();
      const page = await response.text();

      const nonce = /<style nonce="([^"]{24})">/.exec(page)?.[1] ?? '';
      expect(response.headers.get('content-security-policy')).to.equal(
        `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
      );
      expect(response.headers.get('referrer-policy')).to.equal('same-origin');
      expect(response.headers.get('cache-control')).to.equal('no-store');
      expect(response.headers.get('x-content-type-options')).to.equal('nosniff');
      expect(page)
        .to.include(`<script nonce="${nonce}">`)
        .and.not.match(/ style=| on\w+=| src=| href="(?![?#])/);
      expect(await visitor.open()).not.to.include(nonce);
    });

    it('stops its timer', async () => {
      const { application, clock } = await start();

      await application.close();

      expect(clock.waiting).to.equal(0);
    });
  });
}

describe('CacheableDashboardModule', () => {
  const { NODE_ENV } = process.env;

  afterEach(() => {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = NODE_ENV;
  });

  it('refuses options that mean nothing', () => {
    expect(() => CacheableDashboardModule.register({ path: 5, guard: [], showValues: 'yes' } as never))
      .to.throw(/guard: .*path: .*showValues: /s)
      .with.property('code', 'CACHE_OPTION_INVALID');
  });

  it('refuses production without a guard, and names the remedy', () => {
    process.env['NODE_ENV'] = 'production';

    expect(() => CacheableDashboardModule.register())
      .to.throw('CacheableDashboardModule: guards: expected at least one in production, or allowUnauthenticated: true')
      .with.property('code', 'CACHE_OPTION_INVALID');
    expect(() => CacheableDashboardModule.register({ guards: [] })).to.throw();
  });

  it('refuses production that shows only once the application starts', async () => {
    const register = CacheableDashboardModule.register();
    const module = await Test.createTestingModule({ imports: [register] }).compile();
    process.env['NODE_ENV'] = 'production';

    const outcome = await module.init().then(
      () => 'started',
      (error: unknown) => error,
    );

    expect(outcome).to.have.property('code', 'CACHE_OPTION_INVALID');
  });

  it('accepts production with a guard, or with allowUnauthenticated', () => {
    process.env['NODE_ENV'] = 'production';

    expect(CacheableDashboardModule.register({ guards: [TokenGuard] }).controllers).to.have.length(1);
    expect(CacheableDashboardModule.register({ allowUnauthenticated: true }).controllers).to.have.length(1);
  });
});
