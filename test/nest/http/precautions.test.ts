import { Controller, Get, Logger, Post, UseInterceptors, Version, VersioningType, type INestApplication } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { expect } from 'chai';
import sinon from 'sinon';
import { CacheableInterceptor, CacheableService, CacheKey, CacheTTL } from '../../../src/nest';
import { platforms, Runs, WebApp, type Platform } from './support';

let runs = new Runs();
let ttl: () => unknown = () => 1_000;

@Controller()
@UseInterceptors(CacheableInterceptor)
class GuardedController {
  @Get('asked')
  @CacheTTL(() => {
    runs.count('ttl');
    return ttl() as number;
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

const sourceOf = (given: () => unknown) => given.toString().replace(/\s+/g, ' ');

const returned = (what: string) => `returned ${what}, expected a ttl such as 5000, '5m' or { primary: '1m' }`;

const wrongTtls: readonly (readonly [string, () => unknown])[] = [
  [returned('NaN'), () => Number('soon')],
  [returned('-1'), () => -1],
  [returned('0'), () => 0],
  [returned('Infinity'), () => Infinity],
  [returned('undefined'), () => undefined],
  [returned('null'), async () => null],
  [returned('a string'), () => 'soon'],
  [returned('a string'), async () => '5 minutes'],
  [returned('an object'), () => ({})],
  [returned('an object'), () => ({ primary: undefined })],
  [returned('an object'), () => new Date(5_000)],
  [returned('an object'), () => ({ primary: '2m', secondary: '1m' })],
  [returned('an array'), () => [5_000]],
  [returned('true'), () => true],
  [returned('a function'), () => () => 5_000],
  ['failed: Error: no configuration', () => Promise.reject(new Error('no configuration'))],
  [
    'failed: Error: no configuration',
    (): never => {
      throw new Error('no configuration');
    },
  ],
];

const byHeader = (app: INestApplication) => app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' });

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`Precautions of the interceptor, on ${platform}`, () => {
    let app: WebApp;

    beforeEach(() => {
      runs = new Runs();
      ttl = () => 1_000;
    });

    afterEach(() => {
      sinon.restore();
      return app.close();
    });

    const start = async () => {
      app = await WebApp.start(platform, [GuardedController, SearchController, NestedController], {}, byHeader);
    };

    it('asks for the ttl when there is something to store, and not on every hit', async () => {
      await start();
      for (let n = 0; n < 3; n++) await app.get('/asked');

      expect([runs.of('asked'), runs.of('ttl')]).to.deep.equal([1, 1]);
    });

    for (const [said, given] of wrongTtls) {
      it(`answers, stores nothing, and logs it once, when the function of @CacheTTL ${said}: ${sourceOf(given)}`, async () => {
        await start();
        ttl = given;
        const warn = sinon.stub(Logger, 'warn');

        const seen = [await app.see('/asked'), await app.see('/asked')];

        expect(seen.map(({ status, body }) => [status, body])).to.deep.equal([
          [200, '{"run":1}'],
          [200, '{"run":2}'],
        ]);
        expect(warn.args).to.deep.equal([
          [`@CacheTTL on GuardedController.asked ${said}; such an answer is not stored (logged once)`, 'CacheableInterceptor'],
        ]);
      });
    }

    for (const given of [() => '1m', async () => 1_000, () => ({ secondary: '1m' }), () => 'forever']) {
      it(`stores an answer for the ttl that the function of @CacheTTL returns: ${sourceOf(given)}`, async () => {
        await start();
        ttl = given;

        const seen = [await app.see('/asked'), await app.see('/asked')];

        expect(seen.map(({ body }) => body)).to.deep.equal(['{"run":1}', '{"run":1}']);
      });
    }

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

    it('stores a 201, if a subclass allows the method', async () => {
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
