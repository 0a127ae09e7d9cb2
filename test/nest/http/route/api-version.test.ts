import { Controller, Get, UseInterceptors, Version, VERSION_NEUTRAL, VersioningType, type VersioningOptions } from '@nestjs/common';
import { expect } from 'chai';
import { CacheableInterceptor } from '../../../../src/nest';
import { apiVersion } from '../../../../src/nest/http/route/api-version';
import { platforms, Runs, WebApp, type Platform } from '../support';

let runs = new Runs();

@Controller('page')
@UseInterceptors(CacheableInterceptor)
class PageController {
  @Get()
  @Version(['1', '2', VERSION_NEUTRAL])
  page() {
    return { run: runs.count('page') };
  }

  @Get('any')
  @Version(VERSION_NEUTRAL)
  any() {
    return { run: runs.count('any') };
  }
}

const extractor = (request: unknown): string[] => {
  const { headers } = request as { headers: Record<string, string | undefined> };
  return (headers['x-version'] ?? '').split(',');
};

/** How a client names a version. */
const versionings: Readonly<Record<string, { options: VersioningOptions; headersFor: (version: string) => Record<string, string> }>> = {
  header: { options: { type: VersioningType.HEADER, header: 'X-Version' }, headersFor: (version) => ({ 'x-version': version }) },
  'media type': {
    options: { type: VersioningType.MEDIA_TYPE, key: 'v=' },
    headersFor: (version) => ({ accept: `application/json;v=${version}` }),
  },
  'custom extractor': { options: { type: VersioningType.CUSTOM, extractor }, headersFor: (version) => ({ 'x-version': version }) },
};

const undeclared = ['3', '99', '1.0', '01', 'constructor', 'undefined', '*', '%31', 'a'.repeat(200)];

for (const platform of Object.keys(platforms) as Platform[]) {
  for (const [name, { options, headersFor }] of Object.entries(versionings)) {
    describe(`The keys of a handler with several API versions, by ${name}, on ${platform}`, () => {
      let app: WebApp;

      beforeEach(async () => {
        runs = new Runs();
        app = await WebApp.start(platform, [PageController], {}, (nest) => nest.enableVersioning(options));
      });

      afterEach(() => app.close());

      it('are not multiplied by versions that it does not declare', async () => {
        await app.see('/page', headersFor('1'));
        for (const version of undeclared) {
          expect((await app.see('/page/any', headersFor(version))).body, version).to.equal('{"run":1}');
          expect((await app.see('/page', headersFor(version))).status, version).to.equal(404);
        }

        await app.see('/page', headersFor('1'));
        expect([runs.of('page'), runs.of('any')]).to.deep.equal([1, 1]);
      });

      it('differ for versions that it declares', async () => {
        const bodies = [];
        for (const version of ['1', '2', '1', '2']) bodies.push((await app.see('/page', headersFor(version))).body);

        expect(bodies).to.deep.equal(['{"run":1}', '{"run":2}', '{"run":1}', '{"run":2}']);
      });
    });
  }

  describe(`The keys of a handler with several API versions, by URI, on ${platform}`, () => {
    it('are those of the URLs that reach it', async () => {
      runs = new Runs();
      const app = await WebApp.start(platform, [PageController], {}, (nest) => nest.enableVersioning({ type: VersioningType.URI }));
      const answers = [];
      for (const path of ['/v1/page', '/v2/page', '/v1/page', '/page']) answers.push((await app.see(path)).body);
      for (const version of ['3', '1.0', 'constructor']) expect((await app.see(`/v${version}/page`)).status, version).to.equal(404);

      expect(answers).to.deep.equal(['{"run":1}', '{"run":2}', '{"run":1}', '{"run":3}']);
      expect(runs.of('page')).to.equal(3);
      await app.close();
    });
  });
}

describe('The keys of a handler with several API versions, by a list in a header', () => {
  it('are not multiplied by repeated or undeclared members of the list', async () => {
    runs = new Runs();
    const app = await WebApp.start('Express', [PageController], {}, (nest) =>
      nest.enableVersioning({ type: VersioningType.CUSTOM, extractor }),
    );
    for (const version of ['1', '1,1', '3,1', '1,4,1,5', '9,1,9']) {
      expect((await app.see('/page', { 'x-version': version })).body, version).to.equal('{"run":1}');
    }
    await app.close();
  });
});

describe('The API version in a key', () => {
  const versionOf = apiVersion(['1', '2'], { type: VersioningType.CUSTOM, extractor });

  it('names a version once, however often a client sends it', () => {
    expect(versionOf?.({ headers: { 'x-version': '2,1,2,2,1,7,7' } })).to.equal('2,1');
  });

  it('is part of no key with versions in the URI', () => {
    expect(apiVersion(['1', '2'], { type: VersioningType.URI })).to.equal(undefined);
  });

  it('is part of no key of a handler without a version or for all versions', () => {
    const options: VersioningOptions = { type: VersioningType.HEADER, header: 'X-Version' };
    for (const declared of [undefined, VERSION_NEUTRAL] as const) expect(apiVersion(declared, options)).to.equal(undefined);
    expect(apiVersion('1', undefined)).to.equal(undefined);
  });

  it('is the only one that the handler has, or the default', () => {
    const options: VersioningOptions = { type: VersioningType.HEADER, header: 'X-Version', defaultVersion: '5' };
    expect(apiVersion('1', options)?.({ headers: { 'x-version': '2' } })).to.equal('1');
    expect(apiVersion(undefined, options)?.({})).to.equal('5');
  });

  it('is read from a header that may be missing or sent twice', () => {
    const byHeader = apiVersion(['1', '2'], { type: VersioningType.HEADER, header: 'X-Version' });
    const sent = [{}, { headers: {} }, { headers: { 'x-version': '2' } }, { headers: { 'x-version': ['2', '1', 3] } }];
    expect(sent.map((request) => byHeader?.(request))).to.deep.equal(['', '', '2', '2,1']);
  });

  it('is the first one that Accept names', () => {
    const byMediaType = apiVersion(['1', '2', '"1'], { type: VersioningType.MEDIA_TYPE, key: 'v=' });
    const accepted = [
      'text/html',
      'text/html; q=1; v=2',
      'text/html;v="1"',
      'text/html;v=2, text/plain;v=1',
      'text/html;v="1";q=1',
      ';v=v=2',
    ];
    expect(accepted.map((accept) => byMediaType?.({ headers: { accept } }))).to.deep.equal(['', '2', '1', '2', '1', '']);
    expect([byMediaType?.({}), byMediaType?.({ headers: {} })]).to.deep.equal(['', '']);
  });

  it('is read from the request of Node on Fastify', () => {
    const seen: unknown[] = [];
    const custom = apiVersion(['1'], { type: VersioningType.CUSTOM, extractor: (request) => [String(seen.push(request))] });
    const raw = {};
    expect([custom?.({ raw }), seen[0] === raw]).to.deep.equal(['1', true]);
  });
});
