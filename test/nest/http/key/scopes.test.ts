import { Controller, Get, Req, UseInterceptors, type ExecutionContext, type INestApplication } from '@nestjs/common';
import { expect } from 'chai';
import { CacheableInterceptor, CacheableService } from '../../../../src/nest';
import { CacheKey, CacheScope, HttpCache } from '../../../../src/nest/decorators/handler.decorators';
import { storedResponse, Runs, WebApp, type AnyRequest, type Platform } from '../support';

let runs = new Runs();
let user: unknown;

@Controller()
@UseInterceptors(CacheableInterceptor)
class ScopesController {
  @Get('mine')
  @CacheScope('user')
  @HttpCache()
  mine(@Req() request: AnyRequest) {
    runs.count('mine');
    return { mine: request.user === undefined ? 'anonymous' : 'known' };
  }

  @Get('own')
  @CacheKey('own')
  @CacheScope('user')
  own() {
    return { run: runs.count('own') };
  }

  @Get('shared')
  @CacheKey('own')
  @CacheScope('public')
  shared() {
    return { shared: true };
  }

  @Get('of-team')
  @CacheKey('own')
  @CacheScope((context: ExecutionContext) => context.switchToHttp().getRequest<AnyRequest>().headers['x-team'])
  ofTeam() {
    return { team: true };
  }

  @Get('unsaid')
  unsaid() {
    return { run: runs.count('unsaid') };
  }
}

/** As Passport and other guards do it. */
const authenticate = (app: INestApplication): void => {
  app.use((request: AnyRequest, _response: unknown, next: () => void) => {
    if (user !== undefined) request.user = user;
    next();
  });
};

/** Middleware sees Node's request on Fastify; the handler's request is another object. */
const authenticateFastify = (app: INestApplication): void => {
  (app.getHttpAdapter().getInstance() as { addHook(name: string, hook: (request: AnyRequest) => Promise<void>): void }).addHook(
    'preHandler',
    (request) => {
      if (user !== undefined) request.user = user;
      return Promise.resolve();
    },
  );
};

for (const platform of ['Express', 'Fastify'] satisfies Platform[]) {
  describe(`CacheableInterceptor, whose an answer is, on ${platform}`, () => {
    let app: WebApp;

    const as = async (given: unknown, path: string, headers: Record<string, string> = {}) => {
      user = given;
      return app.see(path, headers);
    };

    beforeEach(async () => {
      runs = new Runs();
      user = undefined;
      app = await WebApp.start(platform, [ScopesController], {}, platform === 'Express' ? authenticate : authenticateFastify);
    });

    afterEach(() => app.close());

    it('gives each user a separate entry', async () => {
      const bodies = [await as({ id: 1 }, '/own'), await as({ id: 2 }, '/own'), await as({ id: 1 }, '/own')].map(({ body }) => body);

      expect(bodies).to.deep.equal(['{"run":1}', '{"run":2}', '{"run":1}']);
    });

    for (const user of [{ id: 7 }, { sub: 'auth0|7' }, { userId: '7' }, { _id: { toHexString: () => 'a7' } }, { uid: 7n }]) {
      it(`knows a user by ${Object.keys(user).join()}`, async () => {
        await as(user, '/own', { cookie: 'a=b', authorization: 'Bearer x' });

        expect((await as({ ...user }, '/own', { cookie: 'c=d' })).cache).to.contain('hit');
      });
    }

    it('takes no claim for another', async () => {
      await as({ id: '7' }, '/own');

      expect((await as({ sub: '7' }, '/own')).body).to.equal('{"run":2}');
    });

    const nameless = {
      'no user': undefined,
      'no id': {},
      'an empty id': { id: '' },
      'an object for an id': { id: { nested: 1 } },
      NaN: { id: Number.NaN },
      text: 'root',
    };
    for (const [kind, user] of Object.entries(nameless)) {
      it(`caches nothing for a user of ${kind}`, async () => {
        await as(user, '/own');

        expect(await as(user, '/own')).to.deep.include({ body: '{"run":2}', cache: 'tiercel; fwd=bypass; detail=credentials' });
      });
    }

    it('separates the entries of a user, of a team and of all callers under one key', async () => {
      const own = await as({ id: 1 }, '/own');
      const shared = await as(undefined, '/shared');
      const team = await as(undefined, '/of-team', { 'x-team': 'id=1' });
      const teamed = await as(undefined, '/of-team', { 'x-team': '' });

      expect([own, shared, team, teamed].map(({ body }) => body)).to.deep.equal([
        '{"run":1}',
        '{"shared":true}',
        '{"team":true}',
        '{"team":true}',
      ]);
      expect(storedResponse(app.nest.get(CacheableService), 'own')).to.deep.equal({ shared: true });
    });

    it('shares nothing with a user where the route does not say whose it is', async () => {
      await as(undefined, '/unsaid');

      expect(await as({ id: 1 }, '/unsaid')).to.deep.include({ body: '{"run":2}', cache: 'tiercel; fwd=bypass; detail=credentials' });
    });

    it('answers no 304 to the tag of another user, because each user has a separate entry', async () => {
      user = { id: 1 };
      const first = await app.get('/mine');
      user = undefined;
      const stranger = await app.get('/mine', { 'if-none-match': first.headers.get('etag') ?? '' });

      expect(first.headers.get('cache-control')).to.equal('private, no-cache');
      expect(stranger.status).to.equal(200);
      expect(await stranger.json()).to.deep.equal({ mine: 'anonymous' });
    });
  });
}
