import { Controller, Get, Logger, UseInterceptors, type Type } from '@nestjs/common';
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
];

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
        app = await WebApp.start(platform, [controller]);
        given = async () => 'user:1';

        expect(await runs()).to.deep.equal(['{"run":1}', '{"run":1}']);
      });
    }
  });
}
