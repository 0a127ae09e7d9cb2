import { Controller, Get, Inject, Injectable, UseInterceptors, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { Cacheable, CacheableInterceptor, CacheableModule } from '../../../src/nest';

const pause = (): Promise<void> => new Promise(setImmediate);

/** Two decorated methods in two caches that call each other, once. */
@Injectable()
class PageService {
  runs = 0;

  @Cacheable({ key: 'a' })
  async a(): Promise<string> {
    await pause();
    return `a of ${await this.b()}`;
  }

  @Cacheable({ key: 'b', cache: 'other' })
  async b(): Promise<string> {
    this.runs++;
    if (this.runs > 1) return 'b';
    await pause();
    return `b of ${await this.a()}`;
  }
}

@Controller()
@UseInterceptors(CacheableInterceptor)
class PageController {
  constructor(@Inject(PageService) private readonly pages: PageService) {}

  @Get('a')
  a(): Promise<string> {
    return this.pages.a();
  }

  @Get('b')
  b(): Promise<string> {
    return this.pages.b();
  }
}

describe('Two requests whose handlers call methods that wait for each other', () => {
  let app: INestApplication;

  afterEach(() => app.close());

  it('are both answered', async () => {
    const module = await Test.createTestingModule({
      imports: [CacheableModule.register({ isGlobal: true }), CacheableModule.register({ name: 'other', isGlobal: true })],
      providers: [PageService],
      controllers: [PageController],
    }).compile();
    app = module.createNestApplication();
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();

    const [a, b] = await Promise.all(['/a', '/b'].map(async (path) => (await fetch(url + path)).text()));

    expect([a, b]).to.deep.equal(['a of b of a of b', 'b of a of b']);
  });
});
