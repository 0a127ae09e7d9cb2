import {
  All,
  Controller,
  createParamDecorator,
  Get,
  Headers,
  Param,
  Query,
  Scope,
  UseInterceptors,
  type ExecutionContext,
} from '@nestjs/common';
import { expect } from 'chai';
import { CacheableInterceptor } from '../../../../src/nest';
import { CacheKey, CacheScope } from '../../../../src/nest/decorators/handler.decorators';
import { rejectionOf } from '../../../builders/rejection-of';
import { platforms, Runs, WebApp, type Platform } from '../support';

let runs = new Runs();
let scope: unknown;

const Tenant = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['x-shop'];
});

/** As tracing decorators do it: another function with another name. */
function Traced(): MethodDecorator {
  return (_target, _name, descriptor: PropertyDescriptor) => {
    const original = descriptor.value as (...args: unknown[]) => unknown;
    descriptor.value = function wrapper(this: unknown, ...args: unknown[]): unknown {
      return original.apply(this, args);
    };
  };
}

@Controller()
@UseInterceptors(CacheableInterceptor)
class SharingController {
  @Get('plain')
  plain() {
    return { run: runs.count('plain') };
  }

  @Get('custom')
  custom(@Tenant() tenant: string) {
    return { run: runs.count('custom'), tenant };
  }

  @Get('traced')
  @Traced()
  traced(@Headers('x-shop') shop: string) {
    return { shop };
  }

  @Get('bearer')
  bearer(@Headers('authorization') token = 'none') {
    return { token };
  }

  @Get('scoped')
  @CacheScope(() => scope as string)
  scoped() {
    return { run: runs.count('scoped') };
  }

  @Get('item/:id')
  @CacheKey('item')
  item(@Param('id') id: string, @Query('page') page = '1') {
    return { id, page };
  }

  @All('anything')
  @CacheKey('anything')
  anything() {
    return { run: runs.count('anything') };
  }
}

@Controller({ path: 'per-request', scope: Scope.REQUEST })
@UseInterceptors(CacheableInterceptor)
class PerRequestController {
  @Get()
  page() {
    return { run: runs.count('per-request') };
  }
}

const bypassed = 'tiercel; fwd=bypass; detail=credentials';

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`CacheableInterceptor, shared responses, on ${platform}`, () => {
    let app: WebApp;

    const start = async (http: object = {}): Promise<void> => {
      app = await WebApp.start(platform, [SharingController, PerRequestController], { http });
    };
    const bodies = async (path: string, ...headers: Record<string, string>[]): Promise<unknown[]> => {
      const seen: unknown[] = [];
      for (const given of headers) seen.push(JSON.parse((await app.see(path, given)).body));
      return seen;
    };

    beforeEach(() => {
      runs = new Runs();
      scope = 'a';
    });

    afterEach(() => app.close());

    it('caches a plain public page', async () => {
      await start();

      expect(await bodies('/plain', {}, { 'user-agent': 'other', 'accept-language': 'de' })).to.deep.equal([{ run: 1 }, { run: 1 }]);
    });

    it('shares nothing with a request that carries an API key', async () => {
      await start();
      await app.see('/plain');

      expect(await app.see('/plain', { 'x-api-key': 'a' })).to.deep.include({ body: '{"run":2}', cache: bypassed });
    });

    for (const path of ['/custom', '/per-request']) {
      it(`shares no answer of ${path}, whose input cannot be seen`, async () => {
        await start();

        expect((await app.see(path)).cache).to.equal(bypassed);
      });
    }

    it('finds the parameters of a handler that a decorator has replaced', async () => {
      await start();

      expect(await bodies('/traced', { 'x-shop': 'a' }, { 'x-shop': 'b' })).to.deep.equal([{ shop: 'a' }, { shop: 'b' }]);
    });

    it('has no Authorization in a key', async () => {
      await start();
      await app.see('/bearer');

      expect((await app.see('/bearer', { authorization: 'Bearer a' })).cache).to.equal(bypassed);
      expect((await app.get('/bearer')).headers.get('vary') ?? '').not.to.contain('authorization');
    });

    const noNames = {
      'an object': { id: 1 },
      null: null,
      NaN: Number.NaN,
      'an empty text': '',
      'a number': 7,
      'a promise of an object': Promise.resolve({}),
    };
    for (const [kind, given] of Object.entries(noNames)) {
      it(`caches nothing in a scope that is ${kind}`, async () => {
        scope = given;
        await start();
        await app.see('/scoped');

        expect(await app.see('/scoped')).to.deep.include({ body: '{"run":2}', cache: bypassed });
      });
    }

    it('waits for the name of a scope', async () => {
      scope = Promise.resolve('a');
      await start();
      await app.see('/scoped');

      expect((await app.see('/scoped')).body).to.equal('{"run":1}');
    });

    it('adds the declared parts of the route to a fixed key', async () => {
      await start();
      const seen: unknown[] = [];
      for (const path of ['/item/1', '/item/2', '/item/2?page=2', '/item/2?other=1']) seen.push(...(await bodies(path, {})));

      expect(seen).to.deep.equal(['1', '2', '2', '2'].map((id, index) => ({ id, page: index === 2 ? '2' : '1' })));
    });

    it('runs a handler for all methods whenever it is not read', async () => {
      await start();
      await app.get('/anything');
      await fetch(`${app.url}/anything`, { method: 'DELETE' });

      expect(runs.of('anything')).to.equal(2);
    });

    it('caches with an explicit scope alone, where the application asks for that', async () => {
      await start({ scope: 'explicit' });
      await app.see('/scoped');

      expect((await app.see('/plain')).cache).to.equal('tiercel; fwd=bypass; detail=no-scope');
      expect((await app.see('/scoped')).cache).to.contain('hit');
    });

    it('caches no request to a host that is not listed', async () => {
      await start({ hosts: ['shop.example'] });

      expect((await app.see('/plain')).cache).to.equal('tiercel; fwd=bypass; detail=host');
    });

    it('refuses hosts that are none', async () => {
      await start();
      const refused = await rejectionOf(WebApp.start(platform, [SharingController], { http: { hosts: ['https://shop.example'] } }));

      expect(refused).to.have.property('code', 'CACHE_OPTION_INVALID');
    });
  });
}
