import { expect } from 'chai';
import { CacheableModule } from '../../../../src/nest/module/cacheable.module';
import { CacheableService, getCacheToken } from '../../../../src/nest/shared/cacheable.service';
import { CacheConfig, CacheEvict, CachePut, Cacheable } from '../../../../src/nest/decorators/method.decorators';
import { bare, closeApplications } from '../application';

@CacheConfig({ cache: 'users', namespace: 'reads', ttl: '1h', staleIfError: '1d' })
class UserService {
  @Cacheable({ key: 'class' })
  async byClass(): Promise<string> {
    return 'class';
  }

  @Cacheable({ key: 'method', cache: 'sessions', namespace: 'own', ttl: '2h' })
  async byMethod(): Promise<string> {
    return 'method';
  }

  @CachePut({ key: 'class' })
  async put(): Promise<string> {
    return 'put';
  }

  @CacheEvict({ allEntries: true })
  async evict(): Promise<string> {
    return 'evicted';
  }
}

@CacheConfig({ cache: 'sessions' })
class SubService extends UserService {}

class InheritingService extends UserService {}

describe('@CacheConfig', () => {
  let users: CacheableService;
  let sessions: CacheableService;
  let own: <S>(type: new () => S) => S;

  beforeEach(async () => {
    const module = await bare({
      imports: [CacheableModule.register({ name: 'users' }), CacheableModule.register({ name: 'sessions' })],
      providers: [UserService, SubService, InheritingService],
    });
    users = module.get(getCacheToken('users'), { strict: false });
    sessions = module.get(getCacheToken('sessions'), { strict: false });
    own = (type) => module.get(type);
  });

  afterEach(closeApplications);

  it('sets the cache, the namespace and the ttl for all methods', async () => {
    await own(UserService).byClass();

    expect((await users.namespace('reads').getEntry('class'))?.ttlMs).to.be.within(3_590_000, 3_600_000);
  });

  it('is overridden by options of a method', async () => {
    await own(UserService).byMethod();

    expect((await sessions.namespace('own').getEntry('method'))?.ttlMs).to.be.within(7_190_000, 7_200_000);
  });

  it('applies to @CachePut and @CacheEvict', async () => {
    await own(UserService).put();
    const put = await users.namespace('reads').getEntry('class');
    await own(UserService).evict();

    expect(put).to.include({ value: 'put' });
    expect(users.namespace('reads').peek('class')).to.equal(undefined);
  });

  it('is inherited', async () => {
    await own(InheritingService).byClass();

    expect(users.namespace('reads').peek('class')).to.equal('class');
  });

  it('is overridden, in part, by that of a subclass', async () => {
    await own(SubService).byClass();

    expect(sessions.namespace('reads').peek('class')).to.equal('class');
    expect(users.namespace('reads').peek('class')).to.equal(undefined);
  });
});
