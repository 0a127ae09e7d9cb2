import { Controller, Get, Global, Injectable, Module, UseInterceptors, type DynamicModule, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { expect } from 'chai';
import { createCache, type Cache } from '../../../../src';
import { CacheableInterceptor, CacheableService } from '../../../../src/nest';
import { getCacheToken } from '../../../../src/nest/shared/cacheable.service';
import { CacheKey, UseCache } from '../../../../src/nest/decorators/handler.decorators';
import type { CacheVerdict } from '../../../../src/nest/http/response/cache-status';
import { storedResponse, Runs, WebApp, type Platform } from '../support';

let runs = new Runs();
let unnamed: Cache;
let sessions: Cache;

@Controller()
@UseCache('sessions')
@UseInterceptors(CacheableInterceptor)
class SessionsController {
  @Get('session')
  @CacheKey('session')
  session() {
    return { run: runs.count('session') };
  }

  @Get('nowhere')
  @UseCache('nowhere')
  nowhere() {
    return { run: runs.count('nowhere') };
  }
}

@Injectable()
class OwnInterceptor extends CacheableInterceptor {
  protected override trackBy(context: ExecutionContext): string | undefined {
    return context.switchToHttp().getRequest<{ originalUrl: string }>().originalUrl;
  }

  protected override onAnswer(context: ExecutionContext, verdict: CacheVerdict): void {
    super.onAnswer(context, verdict);
    this.httpAdapterHost?.httpAdapter.setHeader(context.switchToHttp().getResponse(), 'X-Cache', verdict.isHit ? 'HIT' : 'MISS');
  }
}

@Controller()
@UseInterceptors(OwnInterceptor)
class OwnController {
  @Get('own')
  own() {
    return { run: runs.count('own') };
  }
}

@Controller()
class MadeByHandController {
  @Get('by-hand')
  byHand() {
    return { run: runs.count('by-hand') };
  }
}

@Global()
@Module({})
class CachesModule {}

const caches = (): DynamicModule[] => {
  const providers = [
    { provide: CacheableService, useValue: unnamed },
    { provide: getCacheToken('sessions'), useValue: sessions },
  ];
  return [{ module: CachesModule, providers, exports: providers }];
};

for (const platform of ['Express', 'Fastify'] satisfies Platform[]) {
  describe(`CacheableInterceptor, which cache, on ${platform}`, () => {
    let app: WebApp;

    beforeEach(async () => {
      runs = new Runs();
      unnamed = createCache();
      sessions = createCache({ namespace: 'sessions' });
      app = await WebApp.start(platform, [SessionsController, OwnController], caches());
    });

    afterEach(async () => {
      await app.close();
      await Promise.all([unnamed.close(), sessions.close()]);
    });

    it('answers from the cache that the controller names', async () => {
      await app.see('/session');

      expect(storedResponse(sessions, 'session')).to.deep.equal({ run: 1 });
      expect(storedResponse(unnamed, 'session')).to.equal(undefined);
    });

    it('fails a call that names a cache which does not exist', async () => {
      expect((await app.see('/nowhere')).status).to.equal(500);
    });

    it('lets a subclass set keys and see the verdict of each call', async () => {
      const [first, second] = [await app.get('/own?a=1'), await app.get('/own?a=1')];

      expect([first, second].map(({ headers }) => headers.get('x-cache'))).to.deep.equal(['MISS', 'HIT']);
      expect(storedResponse(unnamed, `${app.hostPrefix}/own?a=1`)).to.deep.equal({ run: 1 });
      expect(await (await app.get('/own?a=1', { cookie: 'a=b' })).json()).to.deep.equal({ run: 2 });
    });

    it('answers where the interceptor was made by hand', async () => {
      const other = await WebApp.start(platform, [MadeByHandController], caches(), (nest) => {
        nest.useGlobalInterceptors(new CacheableInterceptor(unnamed, nest.get(Reflector)));
      });
      await other.see('/by-hand');

      expect((await other.see('/by-hand')).body).to.equal('{"run":1}');
      await other.close();
    });
  });
}
