import { Controller, Get, Redirect, Req, UseInterceptors } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { expect } from 'chai';
import { CacheableInterceptor, CacheKey, CacheScope, type CacheableModuleOptions } from '../../../../src/nest';
import { isHostPattern, originOf, originQualifier, type Hosts } from '../../../../src/nest/http/key/origin';
import { platforms, WebApp, type Platform } from '../support';

interface Asked {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly host: string;
  readonly protocol: string;
}

@Controller()
@UseInterceptors(CacheableInterceptor)
class LinkController {
  @Get('link')
  @CacheScope('public')
  link(@Req() { host, protocol }: Asked) {
    return `${protocol}://${host}/next`;
  }

  @Get('moved')
  @CacheScope('public')
  @Redirect('', 301)
  moved(@Req() { host, protocol }: Asked) {
    return { url: `${protocol}://${host}/next` };
  }

  @Get('fixed')
  @CacheKey('fixed')
  fixed() {
    return 'fixed';
  }
}

const expressBehindProxy = (): ExpressAdapter => {
  const adapter = new ExpressAdapter();
  adapter.set('trust proxy', true);
  return adapter;
};

const behindProxy = { Express: expressBehindProxy, Fastify: () => new FastifyAdapter({ trustProxy: true }) };

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`The origin of a request, on ${platform}`, () => {
    let app: WebApp;

    const start = async (http?: CacheableModuleOptions['http'], adapter: unknown = behindProxy[platform]()) => {
      app = await WebApp.start(platform, [LinkController], http === undefined ? {} : { http }, undefined, adapter);
    };

    afterEach(() => app.close());

    const secure = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' };
    const plain = { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'shop.example' };

    const linksFor = async (...all: Record<string, string>[]): Promise<unknown[]> => {
      const links = [];
      for (const headers of all) {
        const { body, cache } = await app.see('/link', headers);
        links.push(`${body.split(':')[0]} ${cache?.split(/[ ;]+/)[1]}`);
      }
      return links;
    };

    it('keeps the links for http and https apart', async () => {
      await start();

      expect(await linksFor(secure, plain, secure, plain)).to.deep.equal(['https fwd=miss', 'http fwd=miss', 'https hit', 'http hit']);
    });

    it('keeps redirects for http and https apart', async () => {
      await start();
      const places = [];
      for (const headers of [secure, plain, secure, plain]) places.push((await app.get('/moved', headers)).headers.get('location'));

      const [one, other] = ['https://shop.example/next', 'http://shop.example/next'];
      expect(places).to.deep.equal([one, other, one, other]);
    });

    it('is that of the connection, if the proxy is not trusted', async () => {
      await start({}, platforms[platform]());

      expect(await linksFor(secure, plain, {})).to.deep.equal(['http fwd=miss', 'http hit', 'http hit']);
    });

    for (const scheme of ['ftp', 'javascript', 'https:', 'http//evil.example']) {
      it(`is not cached with the scheme '${scheme}'`, async () => {
        await start();
        const headers = { ...secure, 'x-forwarded-proto': scheme };

        expect((await app.see('/link', headers)).cache).to.equal('tiercel; fwd=bypass; detail=scheme');
      });
    }

    it('is not cached with an invalid host', async () => {
      await start();

      expect((await app.see('/link', { ...secure, 'x-forwarded-host': 'evil.example/path' })).cache).to.equal(
        'tiercel; fwd=bypass; detail=host',
      );
    });

    it('makes no difference for a fixed key, or if no response depends on the host', async () => {
      await start({ hosts: 'ignored' });

      expect(await linksFor(secure, plain)).to.deep.equal(['https fwd=miss', 'https hit']);
      await app.see('/fixed', secure);
      expect((await app.see('/fixed', plain)).cache).to.match(/hit/);
    });

    it('may be set by middleware on the request, or come from another header', async () => {
      app = await WebApp.start(platform, [LinkController], {}, (nest) => {
        nest.use((request: Asked, _: unknown, next: () => void) => {
          const { 'x-original-host': host, 'x-scheme': protocol } = request.headers;
          if (platform === 'Express' && host !== undefined)
            Object.defineProperties(request, { host: { value: host }, protocol: { value: protocol } });
          next();
        });
        if (platform === 'Fastify') overrideFastify(nest.getHttpAdapter().getInstance());
      });
      const other = { 'x-original-host': 'a.example', 'x-scheme': 'https' };

      expect(await linksFor({}, other, {}, other)).to.deep.equal(['http fwd=miss', 'https fwd=miss', 'http hit', 'https hit']);
    });
  });
}

interface Hooked {
  addHook(name: 'onRequest', hook: (request: Asked, reply: unknown, done: () => void) => void): void;
}

function overrideFastify(instance: unknown): void {
  (instance as Hooked).addHook('onRequest', (request, _, done) => {
    const { 'x-original-host': host, 'x-scheme': protocol } = request.headers;
    if (host !== undefined) Object.defineProperties(request, { host: { value: host }, protocol: { value: protocol } });
    done();
  });
}

const forwarding =
  'x-forwarded-host x-forwarded-proto X-Forwarded-Proto forwarded x-host x-original-host x-scheme x-url-scheme front-end-https x-forwarded-ssl ' +
  'cloudfront-forwarded-proto';

const ofBrowsers = 'accept user-agent origin referer upgrade-insecure-requests sec-fetch-site connection te via x-requested-with';

describe('The origin in a key', () => {
  const headers = { host: 'Shop.example:8443' };

  it('is compared with the list of hosts without regard to case, with and without its port', () => {
    const hostOf = (host: unknown, hosts: Hosts = 'any') => originOf({ headers: { host } }, hosts);

    expect(hostOf('Shop.Example:8443', ['shop.example'])).to.deep.equal({ host: 'shop.example:8443', scheme: 'http' });
    expect(hostOf('shop.example:8443', ['shop.example:8443'])).to.have.property('host', 'shop.example:8443');
    expect(hostOf('shop.example', ['shop.example:8443'])).to.equal('host');
    expect(hostOf('[::1]', ['[::1]'])).to.have.property('host', '[::1]');
    expect(hostOf('[::1]:80', ['[::1]'])).to.have.property('host', '[::1]:80');
    expect(hostOf('shop.example')).to.have.property('host', 'shop.example');
    expect(hostOf('shop.example', ['other.example'])).to.equal('host');
    expect(hostOf('shop.example', ['shop.example'])).to.have.property('host', 'shop.example');
  });

  it('is refused for a host that is too long or no text, and for a scheme that is no text', () => {
    const longest = `${'a'.repeat(250)}.test`;
    for (const host of [`a${longest}`, 7, ['shop.example'], undefined, '', 'shop.example/path', 'shop.example:', 'a b'])
      expect(originOf({ headers: { host } }, 'any'), String(host)).to.equal('host');
    expect(originOf({ headers: { host: longest } }, 'any')).to.have.property('host', longest);
    expect(originOf({ headers: { host: 'a' }, protocol: 7 }, 'any')).to.equal('scheme');
    expect(originOf({ headers: { host: 'a' }, protocol: 'HTTPS' }, 'any')).to.deep.equal({ host: 'a', scheme: 'https' });
    expect([
      isHostPattern(longest),
      isHostPattern('Shop.Example:80'),
      isHostPattern(`a${longest}`),
      isHostPattern(7),
      isHostPattern('*'),
    ]).to.deep.equal([true, true, false, false, false]);
  });

  it('has the scheme of an encrypted connection', () => {
    expect(originOf({ headers, socket: { encrypted: true } }, 'any')).to.deep.equal({ host: 'shop.example:8443', scheme: 'https' });
    expect(originOf({ headers, socket: {} }, 'any')).to.deep.equal({ host: 'shop.example:8443', scheme: 'http' });
  });

  it('is written without a colon, and for http without a scheme', () => {
    expect(originQualifier({ host: 'shop.example:8443', scheme: 'https' })).to.equal('host=shop.example+8443;scheme=https');
    expect(originQualifier({ host: 'shop.example:8443', scheme: 'http' })).to.equal('host=shop.example+8443');
  });

  it('asks the platform if a header may name another origin, and not for the headers of a browser', () => {
    let asked = 0;
    const prototype = {
      get host() {
        asked++;
        return 'a.example';
      },
    };
    const hostWith = (name: string): unknown => {
      const request = Object.assign(Object.create(prototype) as object, { headers: { ...headers, [name]: 'a' } });
      const origin = originOf(request, 'any');
      return typeof origin === 'string' ? origin : origin.host;
    };

    for (const name of forwarding.split(' ')) expect(hostWith(name), name).to.equal('a.example');
    asked = 0;
    for (const name of ofBrowsers.split(' ')) expect(hostWith(name), name).to.equal('shop.example:8443');
    expect(asked).to.equal(0);
  });
});
