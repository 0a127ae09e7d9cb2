import {
  Controller,
  Get,
  Injectable,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { expect } from 'chai';
import { map, type Observable } from 'rxjs';
import { CacheableInterceptor, type CacheableModuleOptions } from '../../../../src/nest';
import { platforms, WebApp, type Platform } from '../support';

interface Page {
  list: { seen: number }[];
}

/** Changes the body that it gets, deep inside. */
@Injectable()
class ChangingInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler<Page>): Observable<Page> {
    return next.handle().pipe(
      map((page) => {
        for (const item of page.list) item.seen += 1;
        return page;
      }),
    );
  }
}

class Item {
  seen = 0;
}

@Controller()
class PagesController {
  readonly list: { seen: number }[] = [{ seen: 0 }];

  @Get('changed')
  @UseInterceptors(ChangingInterceptor, CacheableInterceptor)
  changed(): Page {
    return { list: [{ seen: 0 }] };
  }

  @Get('instances')
  @UseInterceptors(ChangingInterceptor, CacheableInterceptor)
  instances(): Page {
    return { list: [new Item()] };
  }

  @Get('own')
  @UseInterceptors(CacheableInterceptor)
  own(): unknown {
    return this.list;
  }
}

for (const platform of Object.keys(platforms) as Platform[]) {
  describe(`A stored body, on ${platform}`, () => {
    let app: WebApp;
    const given = process.env['NODE_ENV'];

    const start = async (environment: string | undefined, options: CacheableModuleOptions = {}): Promise<void> => {
      setEnvironment(environment);
      app = await WebApp.start(platform, [PagesController], options, (nest) => {
        nest.useLogger(false);
      });
    };
    const ask = async (path: string): Promise<(string | number)[]> => {
      const seen = [await app.see(path), await app.see(path)];
      return seen.flatMap(({ status, body }) => (status === 200 ? body : status));
    };

    afterEach(async () => {
      setEnvironment(given);
      await app.close();
    });

    for (const environment of ['development', 'test', undefined]) {
      it(`is frozen where NODE_ENV is ${String(environment)}: an interceptor that changes it fails`, async () => {
        await start(environment);

        expect(await ask('/changed')).to.deep.equal([500, 500]);
      });

      it(`is a copy where NODE_ENV is ${String(environment)}: the handler's own object can be changed`, async () => {
        await start(environment);
        await app.get('/own');

        app.nest.get(PagesController).list.push({ seen: 1 });

        expect((await app.see('/own')).body).to.equal('[{"seen":0}]');
      });
    }

    it('is not frozen in production, where a change is seen by later callers', async () => {
      await start('production');

      expect(await ask('/changed')).to.deep.equal(['{"list":[{"seen":1}]}', '{"list":[{"seen":2}]}']);
    });

    for (const environment of ['development', 'production']) {
      it(`is each caller's own with useClone, where NODE_ENV is ${environment}`, async () => {
        await start(environment, { primary: { useClone: true } });

        expect(await ask('/changed')).to.deep.equal(['{"list":[{"seen":1}]}', '{"list":[{"seen":1}]}']);
      });
    }

    it('is left as it is when it holds an instance of a class', async () => {
      await start('development');

      expect(await ask('/instances')).to.deep.equal(['{"list":[{"seen":1}]}', '{"list":[{"seen":2}]}']);
    });
  });
}

function setEnvironment(name: string | undefined): void {
  if (name === undefined) delete process.env['NODE_ENV'];
  else process.env['NODE_ENV'] = name;
}
