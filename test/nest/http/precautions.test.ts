import { Controller, Get, Post, UseInterceptors, Version, VersioningType, type INestApplication } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { expect } from 'chai';
import { CacheableInterceptor, CacheableService, CacheKey, CacheTTL } from '../../../src/nest';
import { platforms, Runs, WebApp, type Platform } from './support';

let runs = new Runs();
let ttl: () => number = () => 1_000;

@Controller()
@UseInterceptors(CacheableInterceptor)
class GuardedController {
  @Get('asked')
  @CacheTTL(() => {
    runs.count('ttl');
    return ttl();
  })
  asked() {
    return { run: runs.count('asked') };
  }

  @Get('versions')
  @Version(['1', '2'])
  @CacheKey('versions')
  versions() {
    return { run: runs.count('versions') };
  }
}

@Controller()
class ByHandController {
  @Get('one')
  @Version('1')
  one() {
    return { version: 1 };
  }

  @Get('one')
  @Version('2')
  two() {
    return { version: 2 };
  }

  @Get('both')
  @Version(['1', '2'])
  both() {
    return { run: runs.count('both') };
  }
}

class PostingInterceptor extends CacheableInterceptor {
  protected override readonly allowedMethods = ['GET', 'POST'];
}

@Controller()
@UseInterceptors(PostingInterceptor)
class SearchController {
  @Post('search')
  search() {
    return { run: runs.count('search') };
  }
}

/** The outer one has nothing to say about a POST. */
@Controller()
@UseInterceptors(CacheableInterceptor, PostingInterceptor)
class NestedController {
  @Post('nested')
  nested() {
    return { run: runs.count('nested') };
  }
}

const byHeader = (app: INestApplication) => app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' });

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`What the interceptor takes care of, on ${platform}`, () => {
    let app: WebApp;

    beforeEach(() => {
      runs = new Runs();
      ttl = () => 1_000;
    });

    afterEach(() => app.close());

    const start = async () => {
      app = await WebApp.start(platform, [GuardedController, SearchController, NestedController], {}, byHeader);
    };

    it('asks for the ttl when there is something to store, and not on every hit', async () => {
      await start();
      for (let n = 0; n < 3; n++) await app.get('/asked');

      expect([runs.of('asked'), runs.of('ttl')]).to.deep.equal([1, 1]);
    });

    it('answers, and stores nothing, when nobody can tell the ttl', async () => {
      await start();
      ttl = () => {
        throw new Error('no configuration');
      };

      const seen = [await app.see('/asked'), await app.see('/asked')];

      expect(seen.map(({ status, body }) => [status, body])).to.deep.equal([
        [200, '{"run":1}'],
        [200, '{"run":2}'],
      ]);
    });

    it('keeps versions apart under a fixed key', async () => {
      await start();

      const bodies = [];
      for (const version of ['1', '2', '1', '2']) bodies.push((await app.see('/versions', { 'x-version': version })).body);

      expect(bodies).to.deep.equal(['{"run":1}', '{"run":2}', '{"run":1}', '{"run":2}']);
    });

    it('keeps versions apart when it was made by hand, or does not cache them', async () => {
      app = await WebApp.start(platform, [ByHandController], {}, (nest) => {
        byHeader(nest);
        nest.useGlobalInterceptors(new CacheableInterceptor(nest.get(CacheableService), nest.get(Reflector)));
      });

      const bodies = [];
      for (const version of ['1', '2', '1', '2']) bodies.push((await app.see('/one', { 'x-version': version })).body);
      for (const version of ['1', '2']) bodies.push((await app.see('/both', { 'x-version': version })).body);

      expect(bodies).to.deep.equal(['{"version":1}', '{"version":2}', '{"version":1}', '{"version":2}', '{"run":1}', '{"run":2}']);
    });

    it('stores what was created, where a subclass allows the method', async () => {
      await start();

      const answers = [await app.post('/search', { a: 1 }), await app.post('/search', { a: 1 }), await app.post('/search', { a: 2 })];

      expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 201]);
      expect(runs.of('search')).to.equal(2);
    });

    it('leaves a call that it has no name for to another one inside of it', async () => {
      await start();

      await app.post('/nested', { a: 1 });
      await app.post('/nested', { a: 1 });

      expect(runs.of('nested')).to.equal(1);
    });
  });
}
