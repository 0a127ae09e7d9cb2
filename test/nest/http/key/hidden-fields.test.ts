import { Controller, Get, Injectable, UseGuards, UseInterceptors, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { expect } from 'chai';
import { CacheableInterceptor } from '../../../../src/nest';
import { FakeClock } from '../../../../src/testing';
import { platforms, Runs, WebApp, type Platform } from '../support';

let runs = new Runs();
let mark: (request: object, shop: string, response: object) => void = () => undefined;

/** Names the caller by a header whose name says nothing of that, so that only the field is a sign of the caller. */
@Injectable()
class ShopGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined>; raw?: object }>();
    const shop = request.headers['x-shop'];
    if (shop !== undefined) mark(request, shop, context.switchToHttp().getResponse());
    return true;
  }
}

@Controller()
@UseGuards(ShopGuard)
@UseInterceptors(CacheableInterceptor)
class PageController {
  @Get('page')
  page() {
    return { run: runs.count('page') };
  }
}

const hide = (request: object, name: string, value: unknown): void => {
  Object.defineProperty(request, name, { value, enumerable: false, configurable: true });
};

/** Made for each test: a request of another test has not had the field. */
const hiddenFields: Readonly<Record<string, (test: number) => typeof mark>> = {
  'a symbol': (test) => {
    const symbol = Symbol(`shop of test ${test}`);
    return (request, shop) => Object.assign(request, { [symbol]: shop });
  },
  'a property that is not enumerable': (test) => (request, shop) => hide(request, `shop${test}`, shop),
  "a property of Node's request that is not enumerable": (test) => (request, shop) =>
    hide((request as { raw?: object }).raw ?? request, `nodeShop${test}`, shop),
};

const otherFields: typeof hiddenFields = {
  'a function of the request': (test) => (request, shop) => Object.assign(request, { [`shop${test}`]: () => shop }),
  'the locals of the response': (test) => (_, shop, response) => {
    const members = response as { locals?: object };
    members.locals = Object.assign(members.locals ?? {}, { [`shop${test}`]: shop });
  },
};

const bypassed = 'tiercel; fwd=bypass; detail=credentials';

let tests = 0;

for (const platform of Object.keys(platforms) as Platform[]) {
  for (const [field, markWith] of Object.entries({ ...hiddenFields, ...otherFields })) {
    describe(`CacheableInterceptor, a caller in ${field}, on ${platform}`, () => {
      let app: WebApp;
      let clock: FakeClock;

      const ownPage = () => app.see('/page', { 'x-shop': 'a' });

      beforeEach(async () => {
        runs = new Runs();
        mark = markWith((tests += 1));
        clock = new FakeClock();
        app = await WebApp.start(platform, [PageController], { clock, ttl: '1m', staleWhileRevalidate: '1h' });
      });

      afterEach(() => app.close());

      it('stores no answer of such a caller', async () => {
        expect(await ownPage()).to.include({ body: '{"run":1}', cache: bypassed });
        expect((await app.see('/page')).body).to.equal('{"run":2}');
      });

      it('gives such a caller no shared answer', async () => {
        await app.see('/page');

        expect(await ownPage()).to.include({ body: '{"run":2}', cache: bypassed });
        expect((await app.see('/page')).body).to.equal('{"run":1}');
      });

      it('does not renew a stale answer by the handler of such a caller', async () => {
        await app.see('/page');
        await clock.advance(61_000);
        await ownPage();
        const after = runs.of('page');
        const next = await app.see('/page');

        expect(JSON.parse(next.body)).to.deep.equal({ run: 1 });
        expect(after).to.be.at.most(2);
      });
    });
  }
}

interface Instances {
  Express: { readonly request: object };
  Fastify: { decorateRequest(name: string, decorator: { getter(this: Asked): unknown }): void };
}

interface Asked {
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Adds a getter to all requests of an application. */
const addGetter: { [P in Platform]: (instance: Instances[P]) => void } = {
  Express: ({ request }) => {
    const get = function (this: Asked) {
      return this.headers['x-shop'];
    };
    Object.defineProperty(request, 'shop', { get });
  },
  Fastify: (instance) => {
    instance.decorateRequest('shop', {
      getter() {
        return this.headers['x-shop'];
      },
    });
  },
};

for (const platform of Object.keys(platforms) as Platform[]) {
  it(`CacheableInterceptor finds a caller by a getter that the application has added to its requests, on ${platform}`, async () => {
    runs = new Runs();
    mark = () => undefined;
    const app = await WebApp.start(platform, [PageController], {}, (nest) => {
      (addGetter[platform] as (instance: unknown) => void)(nest.getHttpAdapter().getInstance());
    });

    expect([await app.see('/page'), await app.see('/page')]).to.have.nested.property('[1].body', '{"run":1}');
    expect(await app.see('/page', { 'x-shop': 'a' })).to.include({ body: '{"run":2}', cache: bypassed });
    await app.close();
  });
}
