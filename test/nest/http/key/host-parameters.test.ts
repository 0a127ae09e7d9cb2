import { get } from 'node:http';
import { Controller, Get, HostParam, UseInterceptors } from '@nestjs/common';
import { expect } from 'chai';
import { CacheableInterceptor, CacheableService, CacheKey } from '../../../../src/nest';
import { platforms, Runs, storedResponse, WebApp, type Platform } from '../support';

let runs = new Runs();

@Controller({ path: 'tenants', host: ':tenant.example.com' })
@UseInterceptors(CacheableInterceptor)
class TenantsController {
  @Get('read')
  @CacheKey('read')
  read(@HostParam('tenant') tenant: string) {
    return { tenant, run: runs.count('read') };
  }

  @Get('all')
  @CacheKey('all')
  all(@HostParam() parameters: object) {
    return { ...parameters, run: runs.count('all') };
  }

  @Get('unread')
  @CacheKey('unread')
  unread() {
    return { run: runs.count('unread') };
  }
}

@Controller({ path: 'single', host: 'single.example.org' })
@UseInterceptors(CacheableInterceptor)
class SingleHostController {
  @Get()
  @CacheKey('single')
  single() {
    return { run: runs.count('single') };
  }
}

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`Routes with a host and a fixed key, on ${platform}`, () => {
    let app: WebApp;

    const start = async (http: object): Promise<void> => {
      app = await WebApp.start(platform, [TenantsController, SingleHostController], { http });
    };

    /** Unlike `fetch`, sends the given host. */
    const bodyFrom = (host: string, path: string): Promise<string> =>
      new Promise((resolve, reject) => {
        get(app.url + path, { headers: { host }, agent: false }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (part: string) => (body += part));
          response.on('end', () => {
            resolve(body);
          });
        }).on('error', reject);
      });

    beforeEach(() => {
      runs = new Runs();
    });

    afterEach(() => app.close());

    for (const hosts of ['any', 'ignored', ['a.example.com', 'b.example.com']] as const) {
      it(`have separate responses for hosts that one pattern matches, with hosts: ${String(hosts)}`, async () => {
        await start({ hosts });
        const seen: string[] = [];
        for (const path of ['read', 'all', 'unread']) {
          for (const tenant of ['a', 'b', 'a']) seen.push(await bodyFrom(`${tenant}.example.com`, `/tenants/${path}`));
        }

        const bodies = ['{"tenant":"a","run":1}', '{"tenant":"b","run":2}', '{"tenant":"a","run":1}'];
        expect(seen).to.deep.equal([...bodies, ...bodies, '{"run":1}', '{"run":2}', '{"run":1}']);
      });
    }

    it('have the fixed key alone for a host without a parameter', async () => {
      await start({ hosts: 'any' });
      await bodyFrom('single.example.org', '/single');

      expect(storedResponse(app.nest.get(CacheableService), 'single')).to.deep.equal({ run: 1 });
    });
  });
}
