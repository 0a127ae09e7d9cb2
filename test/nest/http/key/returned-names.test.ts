import { Controller, Get, Logger, UseInterceptors, type ExecutionContext, type Type } from '@nestjs/common';
import { expect } from 'chai';
import sinon from 'sinon';
import { CacheableInterceptor, CacheKey, CacheScope } from '../../../../src/nest';
import { platforms, WebApp, type Platform } from '../support';

let given: () => unknown;

class TrackingInterceptor extends CacheableInterceptor {
  protected override trackBy(): string {
    return given() as string;
  }
}

@Controller()
@UseInterceptors(TrackingInterceptor)
class TrackedController {
  runs = 0;

  @Get('page')
  page() {
    return { run: ++this.runs };
  }
}

@Controller()
@UseInterceptors(CacheableInterceptor)
class KeyedController {
  runs = 0;

  @Get('page')
  @CacheKey(() => given() as string)
  page() {
    return { run: ++this.runs };
  }
}

@Controller()
@UseInterceptors(CacheableInterceptor)
@CacheKey(() => given() as string)
class PrefixedController {
  runs = 0;

  @Get('page')
  page() {
    return { run: ++this.runs };
  }
}

@Controller()
@UseInterceptors(CacheableInterceptor)
class ScopedController {
  runs = 0;

  @Get('page')
  @CacheScope(() => given() as string)
  page() {
    return { run: ++this.runs };
  }
}

const functions: Readonly<Record<string, Type>> = {
  'trackBy for TrackedController.page': TrackedController,
  '@CacheKey on KeyedController.page': KeyedController,
  '@CacheKey on PrefixedController': PrefixedController,
  '@CacheScope on ScopedController.page': ScopedController,
};

const wrong: readonly (readonly [string, () => unknown])[] = [
  ['an object', () => ({ id: 1 })],
  ['an object', async () => ({ id: 1 })],
  ['an array', () => ['user:1']],
  ['NaN', () => NaN],
  ['5', async () => 5],
  ['true', () => true],
  ["a string with '[object …]' in it", () => 'user:[object Object]'],
  ["a string with 'undefined' as a part of it", () => 'undefined'],
  ["a string with 'undefined' as a part of it", async () => 'user:undefined'],
  ["a string with 'null' as a part of it", () => 'null/7'],
  ["a string with 'null' as a part of it", () => 'tenant-null-page'],
  ["a string with 'NaN' as a part of it", () => 'a|NaN, b'],
  ["a string with 'undefined' as a part of it", () => 'user_undefined'],
  ["a string with 'undefined' as a part of it", () => 'undefined_1'],
  ["a string with 'null' as a part of it", () => 'user.null#1'],
  ["a string with 'null' as a part of it", () => 'user=null&page=1'],
  ["a string with 'NaN' as a part of it", () => '(NaN)'],
  ["a string with 'undefined' as a part of it", () => 'userundefined'],
  ["a string with 'undefined' as a part of it", () => 'undefined42'],
  ["a string with 'UNDEFINED' as a part of it", async () => 'U:UNDEFINED'],
  ["a string with 'Invalid Date' as a part of it", () => 'day:Invalid Date'],
  ['a string of white space and separators alone', () => ' '],
  ['a string of white space and separators alone', () => ',:\u200b'],
];

const right = ['user:1', 'nullable', 'undefinedness_1', 'BaNaNa:1', 'a:nulls/b', 'Łnull', 'null0', 'isNull_undefinedAt', '/', '🐢'];

/** Names in which the word is constant text, or comes from the client. */
@Controller()
@UseInterceptors(CacheableInterceptor)
class ConstantController {
  runs = 0;

  @Get('null')
  @CacheKey('pages:null-pointers')
  fixed() {
    return { run: ++this.runs };
  }

  @Get('articles/:name')
  article() {
    return { run: ++this.runs };
  }
}

class TenantInterceptor extends CacheableInterceptor {
  protected override async trackBy(context: ExecutionContext): Promise<string> {
    return `${String(await super.trackBy(context))}:${given() as string}`;
  }
}

@Controller()
@CacheKey('null')
@UseInterceptors(TenantInterceptor)
class TenantController {
  runs = 0;

  @Get('articles/:name')
  article() {
    return { run: ++this.runs };
  }
}

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`A name that a function returns, on ${platform}`, () => {
    let app: WebApp;

    const runs = async (): Promise<string[]> => [(await app.see('/page')).body, (await app.see('/page')).body];

    afterEach(async () => {
      sinon.restore();
      await app.close();
    });

    for (const [where, controller] of Object.entries(functions)) {
      for (const [what, result] of wrong) {
        it(`leaves the call uncached, and is logged once, when it is ${what}: ${where}, ${result.toString().replace(/\s+/g, ' ')}`, async () => {
          app = await WebApp.start(platform, [controller]);
          given = result;
          const warn = sinon.stub(Logger, 'warn');

          expect(await runs()).to.deep.equal(['{"run":1}', '{"run":2}']);
          expect(warn.args.flat()).to.deep.equal([
            `${where} returned ${what}, expected a non-empty string; calls with such a result are not cached (logged once)`,
            'CacheableInterceptor',
          ]);
        });
      }

      it(`names the entry when it is a string, or a promise of one: ${where}`, async () => {
        for (const name of right) {
          app = await WebApp.start(platform, [controller]);
          given = async () => name;

          expect(await runs(), name).to.deep.equal(['{"run":1}', '{"run":1}']);
          if (name !== right.at(-1)) await app.close();
        }
      });
    }

    for (const path of ['/null', '/articles/null-pointer', '/articles/undefined', '/articles/NaN?b=null&a=1']) {
      it(`may contain such a word in a fixed key or the URL: ${path}`, async () => {
        app = await WebApp.start(platform, [ConstantController]);
        await app.see(path);

        expect((await app.see(path)).body).to.equal('{"run":1}');
      });
    }

    it('is checked in that part of it that is neither the URL nor a fixed key', async () => {
      app = await WebApp.start(platform, [TenantController]);
      sinon.stub(Logger, 'warn');
      const path = '/articles/null-pointer?b=1&a=undefined';
      const seen: string[] = [];
      for (const tenant of ['a', 'a', 'undefined', 'undefined']) {
        given = () => tenant;
        seen.push((await app.see(path)).body);
      }

      expect(seen).to.deep.equal(['{"run":1}', '{"run":1}', '{"run":2}', '{"run":3}']);
    });
  });
}
