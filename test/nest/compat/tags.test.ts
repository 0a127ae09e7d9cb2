import { Controller, Get, UseInterceptors } from '@nestjs/common';
import { expect } from 'chai';
import { CacheTags } from '../../../src/nest';
import { CACHE_MANAGER, CacheInterceptor, CacheModule } from '../../../src/nest/compat';
import type { CacheManager } from '../../../src/nest/compat/cache-manager';
import { Runs, WebApp } from '../http/support';

const runs = new Runs();

@Controller('cities')
@UseInterceptors(CacheInterceptor)
class CitiesController {
  @Get()
  @CacheTags('cities', { body: (cities: string[]) => cities, sendTags: 'cache-tag' })
  all(): string[] {
    runs.count('all');
    return ['bern', 'rome'];
  }
}

describe('the interceptor of tiercel/nest/compat', () => {
  it('tags responses by @CacheTags, and names the tags in headers', async () => {
    const app = await WebApp.start('Express', [CitiesController], [CacheModule.register()]);
    const first = await app.get('/cities');
    const second = await app.get('/cities');
    await app.nest.get<CacheManager>(CACHE_MANAGER).service.delByTag('rome');
    await app.get('/cities');
    await app.close();

    expect([first, second].map(({ headers }) => headers.get('cache-tag'))).to.deep.equal(['cities,bern,rome', 'cities,bern,rome']);
    expect(runs.of('all')).to.equal(2);
  });
});
