import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  Header,
  Headers,
  HttpCode,
  type NestInterceptor,
  Post,
  UseInterceptors,
} from '@nestjs/common';
import { expect } from 'chai';
import { map, type Observable } from 'rxjs';
import { CacheableInterceptor, CacheableService, CacheKey, HttpCache } from '../../../../src/nest';
import { FakeClock } from '../../../../src/testing';
import { platforms, Runs, WebApp, type AnyRequest, type Platform } from '../support';

let runs = new Runs();

/** Removes the pin, and greets in the reader's language. */
class MaskingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<{ name: string }>): Observable<unknown> {
    const german = context.switchToHttp().getRequest<AnyRequest>().headers['accept-language'] === 'de';
    return next.handle().pipe(map(({ name }) => `${german ? 'Hallo' : 'Hello'} ${name}`));
  }
}

@Controller()
@UseInterceptors(MaskingInterceptor, CacheableInterceptor)
@HttpCache()
class AccountsController {
  @Get('accounts/:id')
  @CacheKey('account')
  account(@Headers('x-pin') pin: string) {
    runs.count('account');
    return { name: 'Ada', pin };
  }
}

@Controller('plain')
@UseInterceptors(CacheableInterceptor)
@HttpCache()
class PlainController {
  @Get()
  plain() {
    return { run: runs.count('plain') };
  }

  @Get('bytes')
  bytes() {
    return `run ${String(runs.count('bytes'))} €`;
  }

  @Post()
  @HttpCode(200)
  @CacheKey('posted')
  post() {
    return { run: runs.count('posted') };
  }
}

class AllMethodsInterceptor extends CacheableInterceptor {
  protected override readonly allowedMethods = ['GET', 'HEAD', 'POST', 'OPTIONS'];
}

@Controller('all')
@UseInterceptors(AllMethodsInterceptor)
@HttpCache()
class AllMethodsController {
  @Get()
  all() {
    return 'all';
  }

  @Get('own')
  @Header('ETag', '"own"')
  own() {
    return 'own';
  }
}

const clock = new FakeClock();

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`ETag on ${platform}`, () => {
    let app: WebApp;

    const ask = async (path: string, init: RequestInit = {}): Promise<{ status: number; tag: string; body: string }> => {
      const response = await fetch(app.url + path, init);
      return { status: response.status, tag: response.headers.get('etag') ?? 'none', body: await response.text() };
    };

    beforeEach(async () => {
      runs = new Runs();
      app = await WebApp.start(platform, [AccountsController, PlainController, AllMethodsController], { clock }, (nest) => {
        // Express adds its own tags to everything that it sends.
        if (platform === 'Express') (nest.getHttpAdapter().getInstance() as { set(name: string, value: unknown): void }).set('etag', false);
      });
    });

    afterEach(() => app.close());

    it('depends on nothing that an outer interceptor removes', async () => {
      const one = await ask('/accounts/1', { headers: { 'x-pin': '1234' } });
      await app.nest.get(CacheableService).clear();
      const other = await ask('/accounts/1', { headers: { 'x-pin': '9999' } });

      expect([one.body, other.body, runs.of('account')]).to.deep.equal(['Hello Ada', 'Hello Ada', 2]);
      expect(one.tag)
        .to.match(/^W\/".+"$/)
        .and.equal(other.tag);
    });

    it('is another one in another language, and no 304 there', async () => {
      const english = await ask('/accounts/1');
      const german = await ask('/accounts/1', { headers: { 'accept-language': 'de', 'if-none-match': english.tag } });

      expect([german.status, german.body]).to.deep.equal([200, 'Hallo Ada']);
      expect(german.tag).not.to.equal(english.tag);
      expect((await ask('/accounts/1', { headers: { 'if-none-match': english.tag } })).status).to.equal(304);
      expect(runs.of('account')).to.equal(1);
    });

    for (const path of ['/plain', '/plain/bytes']) {
      it(`answers 304 without a body and its headers at ${path}`, async () => {
        const { body, tag } = await ask(path);
        const response = await app.get(path, { 'if-none-match': tag });

        expect(body).to.contain('1');
        expect([response.status, await response.text(), response.headers.get('etag')]).to.deep.equal([304, '', tag]);
        expect([response.headers.get('content-type'), response.headers.get('content-length')]).to.deep.equal([null, null]);
        expect((await ask(path)).body).to.equal(body);
      });
    }

    it('answers 304 to GET and HEAD alone', async () => {
      const { tag } = await ask('/all');
      const { tag: posted } = await ask('/plain', { method: 'POST' });
      const headers = { 'if-none-match': '*' };

      const statuses = [
        (await ask('/all', { headers: { 'if-none-match': tag } })).status,
        (await ask('/all/own', { method: 'HEAD', headers: { 'if-none-match': 'W/"own"' } })).status,
        (await ask('/plain', { method: 'POST', headers: { 'if-none-match': posted } })).status,
        (await ask('/plain', { method: 'POST', headers })).status,
      ];

      expect(statuses).to.deep.equal([304, 304, 200, 200]);
    });
  });
}
