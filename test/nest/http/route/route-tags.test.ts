import { Controller, Get, Logger, Param, Res, UseInterceptors, type ExecutionContext } from '@nestjs/common';
import { expect } from 'chai';
import sinon from 'sinon';
import { CacheableInterceptor, CacheableService, CacheTags, CacheTTL, HttpCache } from '../../../../src/nest';
import { FakeClock, FakeDriver } from '../../../../src/testing';
import { platforms, Runs, WebApp, type AnyRequest, type AnyResponse, type Platform } from '../support';

interface City {
  readonly id: string;
}

let runs = new Runs();
let given: unknown;

const params = (context: ExecutionContext) => context.switchToHttp().getRequest<AnyRequest & { params: Record<string, string> }>().params;

@Controller('cities')
@UseInterceptors(CacheableInterceptor)
@CacheTags('cities')
class CitiesController {
  @Get()
  @HttpCache()
  @CacheTags({ body: async (cities: City[]) => cities.map(({ id }) => `city:${id}`), sendTags: true })
  all(): City[] {
    runs.count('all');
    return [{ id: 'bern' }, { id: 'rome' }];
  }

  @Get('of/:country')
  @CacheTags('lists', (context) => [`country:${params(context)['country']}`])
  @CacheTags({ sendTags: 'cache-tag' })
  of(@Param('country') country: string): unknown {
    return { country, run: runs.count('of') };
  }

  @Get('tagged')
  @CacheTags('a b', 'a,b', '50%', 'Zürich', '\ud800', { sendTags: true })
  tagged(@Res({ passthrough: true }) response: AnyResponse): unknown {
    response.header('Surrogate-Key', 'own cities');
    return { run: runs.count('tagged') };
  }

  @Get('many')
  @CacheTags({
    body: (count: number) => Array.from({ length: count }, (_, index) => `${'x'.repeat(996)}${index}`),
    sendTags: 'surrogate-key',
  })
  many(): number {
    return 20;
  }

  @Get('unstored')
  @CacheTTL(() => 'soon' as '1s')
  @CacheTags('unstored', { sendTags: 'cache-tag' })
  unstored(): string {
    return 'unstored';
  }

  @Get('quiet')
  @CacheTags({ sendTags: false })
  quiet(): string {
    return 'quiet';
  }

  @Get('wrong')
  @CacheTags(() => given as string[])
  wrong(): unknown {
    return { run: runs.count('wrong') };
  }

  @Get('failing')
  @CacheTags({
    body: () => {
      if (given === undefined) return ['fine'];
      throw new Error('no tags');
    },
  })
  failing(): unknown {
    if (given === 'no database') throw new Error('no database');
    return { run: runs.count('failing') };
  }
}

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`@CacheTags on ${platform}`, () => {
    let app: WebApp;
    let clock: FakeClock;

    beforeEach(async () => {
      runs = new Runs();
      given = undefined;
      clock = new FakeClock();
      app = await WebApp.start(platform, [CitiesController], { clock, ttl: '1m', staleIfError: '1h' });
    });

    afterEach(async () => {
      sinon.restore();
      await app.close();
    });

    const removeTag = (tag: string) => app.nest.get(CacheableService).delByTag(tag);
    const tagsOf = async (path: string, headers = {}): Promise<(string | null)[]> => {
      const response = await app.get(path, headers);
      return [response.headers.get('surrogate-key'), response.headers.get('cache-tag')];
    };

    for (const tag of ['cities', 'lists', 'country:it']) {
      it(`removes responses by a tag of the class, of the handler and of the request: ${tag}`, async () => {
        await app.get('/cities/of/it');
        await app.get('/cities/of/it');
        expect(runs.of('of')).to.equal(1);

        await removeTag(tag);

        expect((await app.see('/cities/of/it')).body).to.equal('{"country":"it","run":2}');
      });
    }

    it('removes responses by the tags of their bodies, and no others', async () => {
      await app.get('/cities');
      await app.get('/cities/of/it');
      await removeTag('city:rome');
      await removeTag('country:ch');
      await app.get('/cities');
      await app.get('/cities/of/it');

      expect([runs.of('all'), runs.of('of')]).to.deep.equal([2, 1]);
    });

    it('names the tags of new, stored and uncached responses in the headers of a CDN', async () => {
      const both = ['city:bern city:rome cities', 'city:bern,city:rome,cities'];

      expect(await tagsOf('/cities')).to.deep.equal(both);
      expect(await tagsOf('/cities')).to.deep.equal(both);
      expect(await tagsOf('/cities', { 'cache-control': 'no-store' })).to.deep.equal(both);
      expect(await tagsOf('/cities/of/it')).to.deep.equal([null, 'lists,country:it,cities']);
      expect(await tagsOf('/cities/unstored')).to.deep.equal([null, 'unstored,cities']);
      expect(await tagsOf('/cities/wrong')).to.deep.equal([null, null]);
    });

    it('names the tags of responses that are stale, from L2, or not modified', async () => {
      await app.close();
      const driver = new FakeDriver({ clock });
      const options = { clock, secondary: driver, ttl: { primary: 0, secondary: '1m' }, staleWhileRevalidate: '1h' } as const;
      app = await WebApp.start(platform, [CitiesController], options);
      const both = ['city:bern city:rome cities', 'city:bern,city:rome,cities'];
      await app.get('/cities');
      await clock.advance(1_000);
      expect(await tagsOf('/cities')).to.deep.equal(both);
      const { headers } = await app.get('/cities');
      expect(headers.get('cache-status')).to.match(/hit/);
      const unchanged = await app.get('/cities', { 'if-none-match': headers.get('etag') ?? '' });
      expect([unchanged.status, unchanged.headers.get('cache-tag')]).to.deep.equal([304, both[1]]);

      await clock.advance(61_000);
      const stale = await app.get('/cities');

      expect(stale.headers.get('cache-status')).to.include('detail=stale');
      expect(stale.headers.get('cache-tag')).to.equal(both[1]);
    });

    it('encodes names for a header, and keeps those that the handler wrote', async () => {
      const names = ['a%20b', 'a%2Cb', '50%25', 'Z%C3%BCrich', '%EF%BF%BD'];
      for (let call = 0; call < 2; call += 1) {
        expect(await tagsOf('/cities/tagged')).to.deep.equal([['own', 'cities', ...names].join(' '), [...names, 'cities'].join(',')]);
      }
    });

    it('leaves names out that do not fit into a header', async () => {
      const warn = sinon.stub(Logger, 'warn');
      const [names] = await tagsOf('/cities/many');

      expect(names?.split(' ').map((name) => name.replace(/^x+/, ''))).to.deep.equal(['0', '1', '2', '3', '4', '5', '6', '7', 'cities']);
      expect(String(warn.args[0]?.[0])).to.match(
        /^@CacheTags on CitiesController\.many: 12 of 21 tags do not fit into Surrogate-Key .*\(logged once\)$/,
      );
      await removeTag(`${'x'.repeat(996)}19`);
      expect((await app.see('/cities/many')).cache).to.match(/fwd=miss; stored/);
    });

    it('sends the tags of all routes if the module says so, except where a route does not', async () => {
      await app.close();
      app = await WebApp.start(platform, [CitiesController], { http: { sendTags: 'surrogate-key' } });
      given = ['one'];

      expect(await tagsOf('/cities/wrong')).to.deep.equal(['one cities', null]);
      expect(await tagsOf('/cities/quiet')).to.deep.equal([null, null]);
      expect(await tagsOf('/cities/of/it')).to.deep.equal([null, 'lists,country:it,cities']);
    });

    const wrong: Readonly<Record<string, unknown>> = {
      'undefined, expected an array of non-empty strings': undefined,
      'a string, expected an array of non-empty strings': 'cities',
      "an array with a string with 'undefined' as a part of it, expected an array of non-empty strings": ['a', 'city:undefined'],
      'an array with an empty string, expected an array of non-empty strings': [''],
    };
    for (const [message, value] of Object.entries(wrong)) {
      it(`stores no response, and logs it once, when a function returns ${message}`, async () => {
        const warn = sinon.stub(Logger, 'warn');
        given = value;
        const bodies = [await app.see('/cities/wrong'), await app.see('/cities/wrong')].map(({ body }) => body);

        expect(bodies).to.deep.equal(['{"run":1}', '{"run":2}']);
        expect(warn.args.map(([text]) => String(text))).to.deep.equal([
          `@CacheTags on CitiesController.wrong returned ${message}; such a response is not stored (logged once)`,
        ]);
      });
    }

    for (const [what, value] of Object.entries({
      long: ['x'.repeat(1_001)],
      many: Array.from({ length: 201 }, (_, index) => `t${index}`),
    })) {
      it(`stores no response with tags that break a rule: ${what}`, async () => {
        const warn = sinon.stub(Logger, 'warn');
        given = value;
        await app.get('/cities/wrong');

        expect((await app.see('/cities/wrong')).body).to.equal('{"run":2}');
        expect(String(warn.args[0])).to.match(/CitiesController\.wrong gave a response wrong tags: expected .*at most .*, got \d+/);
      });
    }

    it('keeps an old response when a function throws', async () => {
      const warn = sinon.stub(Logger, 'warn');
      await app.get('/cities/failing');
      await clock.advance(61_000);
      given = 'no tags';
      expect((await app.see('/cities/failing')).body).to.equal('{"run":2}');
      given = 'no database';

      expect((await app.see('/cities/failing')).body).to.equal('{"run":1}');
      expect(String(warn.args)).to.match(/^@CacheTags on CitiesController\.failing failed: Error: no tags; such a response is not stored/);
    });
  });
}

describe('A wrong @CacheTags', () => {
  const slips: Readonly<Record<string, readonly [given: readonly unknown[], message: RegExp]>> = {
    'without arguments': [[], /expected a tag, a function or options, got none/],
    'with an empty tag': [['a', ''], /expected a tag that is not empty/],
    'with a very long tag': [['x'.repeat(1_001)], /expected a tag of at most 1000 characters, got 1001/],
    'with a list': [[['a', 'b']], /expected/],
    'with a number': [[5], /expected an object/],
    'with an unknown option': [[{ bodies: () => [] }], /bodies: expected .*body/],
    'with an unknown header': [[{ sendTags: 'x-key' }], /sendTags: expected true, false, 'surrogate-key' or 'cache-tag'/],
  };
  for (const [what, [args, message]] of Object.entries(slips)) {
    it(`is refused where the class is declared: ${what}`, () => {
      expect(() => CacheTags(...(args as string[])))
        .to.throw(/^@CacheTags: /)
        .with.property('code', 'CACHE_OPTION_INVALID');
      expect(() => CacheTags(...(args as string[]))).to.throw(message);
    });
  }
});
