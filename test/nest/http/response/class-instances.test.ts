import { ClassSerializerInterceptor, Controller, Get, UseInterceptors } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Exclude } from 'class-transformer';
import { expect } from 'chai';
import { CacheableInterceptor, type CacheableModuleOptions } from '../../../../src/nest';
import { HttpCache } from '../../../../src/nest/decorators/handler.decorators';
import { FakeClock, FakeDriver } from '../../../../src/testing';
import { WebApp, type Platform } from '../support';

class User {
  readonly name = 'ada';

  @Exclude()
  readonly secret = 'hidden';
}

class Handlers {
  @Get('one')
  one() {
    return new User();
  }

  @Get('many')
  many() {
    return [new User(), new User()];
  }

  @Get('nested')
  nested() {
    return { page: { users: [new User()], best: new User() } };
  }

  @Get('tagged')
  @HttpCache()
  tagged() {
    return { user: new User() };
  }
}

@Controller('inside')
@UseInterceptors(CacheableInterceptor, ClassSerializerInterceptor)
class SerializedInside extends Handlers {}

@Controller('outside')
@UseInterceptors(ClassSerializerInterceptor, CacheableInterceptor)
class SerializedOutside extends Handlers {}

@Controller('global')
@UseInterceptors(CacheableInterceptor)
class SerializedGlobally extends Handlers {}

const caches: Record<string, (clock: FakeClock) => CacheableModuleOptions> = {
  L1: (clock) => ({ clock }),
  'two layers': (clock) => ({ clock, secondary: new FakeDriver({ clock }) }),
  'L2 alone': (clock) => ({ clock, secondary: new FakeDriver({ clock }), ttl: { primary: 1, secondary: '5m' } }),
  'an L1 that clones': (clock) => ({ clock, primary: { useClone: true } }),
  'two layers, the first of which clones': (clock) => ({ clock, primary: { useClone: true }, secondary: new FakeDriver({ clock }) }),
};

for (const platform of ['Express', 'Fastify'] satisfies Platform[]) {
  for (const [kind, options] of Object.entries(caches)) {
    describe(`CacheableInterceptor with ${kind} and ClassSerializerInterceptor on ${platform}`, () => {
      const clock = new FakeClock();
      let app: WebApp;

      beforeEach(async () => {
        app = await WebApp.start(platform, [SerializedInside, SerializedOutside, SerializedGlobally], options(clock), (nest) => {
          nest.useGlobalInterceptors(new ClassSerializerInterceptor(nest.get(Reflector)));
        });
      });

      afterEach(() => app.close());

      for (const place of ['inside', 'outside', 'global']) {
        for (const shape of ['one', 'many', 'nested', 'tagged']) {
          it(`never shows an excluded field of /${place}/${shape}`, async () => {
            const first = (await app.see(`/${place}/${shape}`)).body;
            for (let time = 0; time < 3; time++) {
              await clock.advance(2);
              const { body } = await app.see(`/${place}/${shape}`);
              expect(body).to.equal(first).and.to.contain('ada').and.not.to.contain('hidden');
            }
          });
        }
      }
    });
  }
}
