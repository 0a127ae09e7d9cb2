import {
  Body,
  ClassSerializerInterceptor,
  Controller,
  Get,
  Headers,
  type INestApplication,
  type MessageEvent,
  Post,
  Res,
  Sse,
  type Type,
  UseInterceptors,
  Version,
  VersioningType,
} from '@nestjs/common';
import { expect } from 'chai';
import { Exclude } from 'class-transformer';
import { Keyv } from 'keyv';
import type { Server } from 'node:http';
import { of } from 'rxjs';
import { deferred } from '../../builders/deferred';
import { both, TestApp, type Compat } from './both';

interface AnyResponse {
  status(code: number): this;
  setHeader(name: string, value: string): this;
  send(body: unknown): unknown;
}

async function withController(
  compat: Compat,
  controller: Type,
  test: (app: TestApp) => Promise<void>,
  prepare?: (app: INestApplication) => unknown,
) {
  const app = await TestApp.start({ imports: [compat.CacheModule.register()], controllers: [controller] }, prepare);
  try {
    await test(app);
  } finally {
    await app.close();
  }
}

/** Resolves once this many requests have missed the cache. */
function arrival({ app }: TestApp, count: number): Promise<void> {
  const server = app.getHttpServer() as Server;
  let arrived = 0;
  return new Promise((resolve) => {
    server.on('request', () => {
      arrived += 1;
      if (arrived === count) setImmediate(() => setImmediate(resolve));
    });
  });
}

async function twice<T>(ask: () => Promise<T>): Promise<[T, T]> {
  return [await ask(), await ask()];
}

describe('the traps of the original, over HTTP', () => {
  for (const { name, compat, expected } of both({ original: 10, ours: 1 })) {
    it(`[trap-1] ten misses at once run the handler: ${name}, ${expected} times`, async () => {
      const gate = deferred();
      let runs = 0;
      @Controller()
      @UseInterceptors(compat.CacheInterceptor)
      class SlowController {
        @Get('slow')
        async slow() {
          runs++;
          await gate.promise;
          return {};
        }
      }
      await withController(compat, SlowController, async (app) => {
        const arrived = arrival(app, 10);
        const answers = Array.from({ length: 10 }, () => app.body('/slow'));
        await arrived;
        gate.resolve();
        await Promise.all(answers);

        expect(runs).to.equal(expected);
      });
    });
  }

  for (const { name, compat, expected } of both<object>({ original: { name: 'Ann', password: 'secret' }, ours: { name: 'Ann' } })) {
    it(`[trap-2] with ClassSerializerInterceptor outside, the second response: ${name}, ${Object.keys(expected).join()}`, async () => {
      class Account {
        name = 'Ann';
        @Exclude() password = 'secret';
      }
      @Controller()
      @UseInterceptors(ClassSerializerInterceptor, compat.CacheInterceptor)
      class AccountController {
        @Get('account')
        account() {
          return new Account();
        }
      }
      // A store that serialises, as all outside of memory do.
      const imports = [compat.CacheModule.register({ stores: [new Keyv()] })];
      const app = await TestApp.start({ imports, controllers: [AccountController] });

      const bodies = await twice(() => app.body('/account'));
      await app.close();

      expect(bodies).to.deep.equal([{ name: 'Ann' }, expected]);
    });
  }

  for (const { name, compat, expected } of both({ original: ['two'], ours: ['one', 'two'] })) {
    it(`[trap-5] the second request for events gets: ${name}, ${expected.join(' and ')}`, async () => {
      @Controller()
      @UseInterceptors(compat.CacheInterceptor)
      class EventsController {
        @Sse('events')
        events() {
          return of<MessageEvent[]>({ data: 'one' }, { data: 'two' });
        }
      }
      await withController(compat, EventsController, async (app) => {
        const [, second] = await twice(async () => (await app.ask('/events')).text());

        expect(['one', 'two'].filter((event) => second.includes(event))).to.deep.equal(expected);
      });
    });
  }

  for (const { name, compat, expected } of both({ original: 'hangs', ours: 'is answered' })) {
    it(`[trap-6] after \`return response.send()\` a second request: ${name}, ${expected}`, async () => {
      @Controller()
      @UseInterceptors(compat.CacheInterceptor)
      class SendingController {
        @Get('sent')
        sent(@Res() response: AnyResponse) {
          return response.send({ sent: true });
        }
      }
      await withController(compat, SendingController, async (app) => {
        await app.body('/sent');
        const second = app.ask('/sent', { signal: AbortSignal.timeout(expected === 'hangs' ? 500 : 8_000) }).then(
          () => 'is answered',
          () => 'hangs',
        );

        expect(await second).to.equal(expected);
      });
    });
  }

  for (const { name, compat, expected } of both({ original: 'ann', ours: 'bob' })) {
    it(`[trap-7] after Ann, Bob gets the profile of: ${name}, ${expected}`, async () => {
      @Controller()
      @UseInterceptors(compat.CacheInterceptor)
      class ProfileController {
        @Get('profile')
        profile(@Headers('authorization') user: string) {
          return { user };
        }
      }
      await withController(compat, ProfileController, async (app) => {
        await app.body('/profile', { headers: { authorization: 'ann' } });

        expect(await app.body('/profile', { headers: { authorization: 'bob' } })).to.deep.equal({ user: expected });
      });
    });
  }

  for (const { name, compat, expected } of both({ original: 1, ours: 2 })) {
    it(`[trap-8] after version 1, a request for version 2 gets: ${name}, version ${expected}`, async () => {
      @Controller()
      @UseInterceptors(compat.CacheInterceptor)
      class VersionedController {
        @Get('versioned')
        @Version('1')
        first() {
          return { version: 1 };
        }

        @Get('versioned')
        @Version('2')
        second() {
          return { version: 2 };
        }
      }
      const byHeader = (nest: INestApplication) => nest.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' });
      const test = async (app: TestApp) => {
        await app.body('/versioned', { headers: { 'x-version': '1' } });

        expect(await app.body('/versioned', { headers: { 'x-version': '2' } })).to.deep.equal({ version: expected });
      };
      await withController(compat, VersionedController, test, byHeader);
    });
  }

  for (const { name, compat, expected } of both({ original: 'cats', ours: 'dogs' })) {
    it(`[trap-9] after a search for cats, a search for dogs under the same @CacheKey finds: ${name}, ${expected}`, async () => {
      @Controller()
      @UseInterceptors(compat.CacheInterceptor)
      class SearchController {
        @Post('search')
        @compat.CacheKey('search')
        search(@Body() body: { readonly text: string }) {
          return body;
        }
      }
      const search = (text: string): RequestInit => ({
        method: 'POST',
        body: JSON.stringify({ text }),
        headers: { 'content-type': 'application/json' },
      });
      await withController(compat, SearchController, async (app) => {
        await app.body('/search', search('cats'));

        expect(await app.body('/search', search('dogs'))).to.deep.equal({ text: expected });
      });
    });
  }

  for (const { name, compat, expected } of both({ original: 2, ours: 1 })) {
    it(`[trap-10] two requests for null run the handler: ${name}, ${expected} times`, async () => {
      let runs = 0;
      @Controller()
      @UseInterceptors(compat.CacheInterceptor)
      class NullController {
        @Get('nothing')
        nothing() {
          runs++;
          return null;
        }
      }
      await withController(compat, NullController, async (app) => {
        await twice(() => app.ask('/nothing'));

        expect(runs).to.equal(expected);
      });
    });
  }

  for (const { name, compat, expected } of both({ original: [200, null], ours: [410, 'moved away'] })) {
    it(`[trap-11] of the status and the header that a handler set, the second response has: ${name}, ${expected.join()}`, async () => {
      @Controller()
      @UseInterceptors(compat.CacheInterceptor)
      class GoneController {
        @Get('gone')
        gone(@Res({ passthrough: true }) response: AnyResponse) {
          response.status(410).setHeader('X-Reason', 'moved away');
          return {};
        }
      }
      await withController(compat, GoneController, async (app) => {
        const [first, second] = await twice(() => app.ask('/gone'));

        expect([first.status, first.headers.get('x-reason')]).to.deep.equal([410, 'moved away']);
        expect([second.status, second.headers.get('x-reason')]).to.deep.equal(expected);
      });
    });
  }
});
