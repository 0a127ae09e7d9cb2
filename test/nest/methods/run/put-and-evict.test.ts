import { Injectable, Logger } from '@nestjs/common';
import { expect } from 'chai';
import sinon from 'sinon';
import { CacheError } from '../../../../src/domain/cache-error';
import { CacheableService } from '../../../../src/nest/shared/cacheable.service';
import { CacheEvict, type CacheEvictDecorator, CachePut, Cacheable } from '../../../../src/nest/decorators/method.decorators';
import { deferred } from '../../../builders/deferred';
import { rejectionOf } from '../../../builders/rejection-of';
import { application, closeApplications } from '../application';

interface User {
  readonly id: number;
  readonly name: string;
}

@Injectable()
class UserService {
  readonly rows = new Map<number, User>();
  seen: unknown;

  @Cacheable({ key: (id: number) => `user:${id}` })
  async find(id: number): Promise<User | undefined> {
    return this.rows.get(id);
  }

  @CachePut({ key: (user: User) => `user:${user.id}`, ttl: (user: User) => (user.name === 'brief' ? 1_000 : '1h') })
  async save(user: User): Promise<User> {
    this.rows.set(user.id, user);
    return user;
  }

  @CachePut({ key: (user: User) => `user:${user.id}` })
  @CachePut({ key: (user: User) => `name:${user.name}` })
  async saveTwice(user: User): Promise<User> {
    return this.save(user);
  }

  @CachePut({ key: 'latest', unless: (user: User | null) => user === null, condition: (user: User | null) => user?.id !== 0 })
  async note(user: User | null): Promise<User | null> {
    return user;
  }

  @CachePut({ key: (user: { id: number }) => `user:${user.id}` })
  async rename(user: { id: number; name: string }): Promise<User> {
    user.id = 2;
    return user;
  }

  @CacheEvict({ key: (id: number) => `user:${id}` })
  async remove(id: number): Promise<boolean> {
    if (id < 0) throw new RangeError('negative');
    return this.rows.delete(id);
  }

  @CacheEvict({ keys: (...ids: number[]) => ids.map((id) => `user:${id}`) })
  async removeMany(...ids: number[]): Promise<number> {
    return ids.length;
  }

  @CacheEvict({ allEntries: true, condition: (sure: boolean) => sure })
  async truncate(sure: boolean): Promise<boolean> {
    return sure;
  }

  @CacheEvict({
    tags: (orgs: readonly string[]) => orgs.map((org) => `org:${org}`),
    condition: (orgs: readonly string[]) => orgs[0] !== 'none',
  })
  async dissolve(orgs: string[]): Promise<void> {
    orgs.length = 0;
  }

  @CacheEvict({ tags: ['users'], mode: 'expire' })
  async importAll(): Promise<void> {
    await Promise.resolve();
  }

  @CacheEvict({ key: (name: string) => name, mode: 'expire' })
  async importOne(name: string): Promise<string> {
    return name;
  }

  @CacheEvict({ keys: ['first', 'second'], mode: 'expire' })
  async importTwo(): Promise<void> {
    await Promise.resolve();
  }

  @CacheEvict({ tags: ['users'], beforeInvocation: true })
  async failToImport(cache: CacheableService): Promise<never> {
    this.seen = cache.peek('first');
    throw new RangeError('not this time');
  }

  @CacheEvict({ key: 'first' })
  @CacheEvict({ key: 'second', namespace: 'lists' })
  async both(): Promise<void> {
    await Promise.resolve();
  }

  @Cacheable({ key: 'report' })
  @CacheEvict({ keys: ['first'] })
  async report(): Promise<string> {
    return 'new';
  }

  @CacheEvict({ key: 'first', beforeInvocation: true })
  async begin(cache: CacheableService): Promise<never> {
    this.seen = cache.peek('first');
    throw new RangeError('not this time');
  }

  @(CacheEvict({ key: 'first', beforeInvocation: true }) as CacheEvictDecorator<object> as MethodDecorator)
  vague(cache: CacheableService): unknown {
    this.seen = cache.peek('first');
    return Promise.resolve('done');
  }

  @(CacheEvict({ key: 'first' }) as CacheEvictDecorator<object> as MethodDecorator)
  plain(): unknown {
    return 'at once';
  }
}

const ann = { id: 1, name: 'ann' };

describe('@CachePut and @CacheEvict', () => {
  let users: UserService;
  let cache: CacheableService;

  beforeEach(async () => {
    const module = await application({ providers: [UserService] });
    users = module.get(UserService);
    cache = module.get(CacheableService, { strict: false });
  });

  afterEach(async () => {
    sinon.restore();
    await closeApplications();
  });

  it('put the result under the key of @Cacheable', async () => {
    await users.save(ann);
    users.rows.clear();

    expect(await users.find(1)).to.equal(ann);
  });

  it('compute the key of @CachePut before the method runs, which may change its arguments', async () => {
    await users.rename({ id: 1, name: 'ann' });

    expect([cache.peek('user:1'), cache.peek('user:2')]).to.deep.equal([{ id: 2, name: 'ann' }, undefined]);
  });

  it('put a result with the ttl that a function returns for it', async () => {
    await users.save({ id: 1, name: 'brief' });

    expect((await cache.getEntry('user:1'))?.ttlMs).to.be.within(1, 1_000);
  });

  it('put one result under several keys', async () => {
    await users.saveTwice(ann);

    expect([cache.peek('user:1'), cache.peek('name:ann')]).to.deep.equal([ann, ann]);
  });

  it('put nothing when unless is true or the condition is false', async () => {
    await users.note(ann);
    await users.note(null);
    await users.note({ id: 0, name: 'none' });

    expect(cache.peek('latest')).to.equal(ann);
  });

  it('return the result although it could not be stored, and log this without the key', async () => {
    const warn = sinon.stub(Logger.prototype, 'warn');
    await cache.close();

    expect(await users.save(ann)).to.equal(ann);
    expect(warn.args.flat()).to.deep.equal(['UserService.save: @CachePut failed (CACHE_CLOSED); the result is returned all the same']);
  });

  it('evict after success, before the caller has the result', async () => {
    await users.save(ann);

    await users.remove(1);

    expect(cache.peek('user:1')).to.equal(undefined);
    expect(await users.find(1)).to.equal(undefined);
  });

  it('evict nothing when the method fails', async () => {
    await cache.set('user:-1', 'kept');

    expect(await rejectionOf(users.remove(-1))).to.be.instanceOf(RangeError);
    expect(cache.peek('user:-1')).to.equal('kept');
  });

  it('evict many keys', async () => {
    await cache.setMany([{ key: 'user:1', value: 1 }, { key: 'user:2', value: 2 }, { key: 'user:3', value: 3 }]); // prettier-ignore

    await users.removeMany(1, 2);

    expect(['user:1', 'user:2', 'user:3'].map((key) => cache.peek(key))).to.deep.equal([undefined, undefined, 3]);
  });

  it('evict everything, unless the condition is false', async () => {
    await cache.set('user:1', 1);
    await users.truncate(false);
    expect(cache.peek('user:1')).to.equal(1);

    await users.truncate(true);
    expect(cache.peek('user:1')).to.equal(undefined);
  });

  it('evict the entries of the tags that a function returns, computed before the method runs, and no others', async () => {
    for (const org of ['a', 'b', 'c']) await cache.set(`user:${org}`, org, { tags: [`org:${org}`] });

    await users.dissolve(['a', 'c']);

    expect(await cache.getMany(['user:a', 'user:b', 'user:c'])).to.deep.equal([undefined, 'b', undefined]);
  });

  it('evict the entries of any number of tags', async () => {
    await cache.set('first', 1, { tags: ['org:0'] });
    await cache.set('last', 1, { tags: ['org:450'] });

    await users.dissolve(Array.from({ length: 451 }, (_, index) => String(index)));

    expect(await cache.getMany(['first', 'last'])).to.deep.equal([undefined, undefined]);
  });

  it('evict no tag when the condition is false', async () => {
    await cache.set('first', 1, { tags: ['org:none'] });

    await users.dissolve(['none']);

    expect(cache.peek('first')).to.equal(1);
  });

  it('make the entries of tags stale with the mode expire', async () => {
    await cache.set('first', 'old', { tags: ['users'], staleWhileRevalidate: '1m' });

    await users.importAll();

    expect(cache.peek('first')).to.equal(undefined);
    expect(await cache.wrap('first', () => 'new', { staleWhileRevalidate: '1m' })).to.equal('old');
  });

  it('make the entries of keys stale with the mode expire', async () => {
    const load = (name: string): Promise<unknown> => cache.wrap(name, () => 'new', { staleWhileRevalidate: '1m' });
    for (const name of ['first', 'second', 'third']) await cache.set(name, 'old', { staleWhileRevalidate: '1m' });

    await users.importOne('third');
    await users.importTwo();

    expect(['first', 'second', 'third'].map((name) => cache.peek(name))).to.deep.equal([undefined, undefined, undefined]);
    expect(await Promise.all(['first', 'second', 'third'].map(load))).to.deep.equal(['old', 'old', 'old']);
  });

  it('evict tags before the method runs, and so also when it fails', async () => {
    await cache.set('first', 1, { tags: ['users'] });

    expect(await rejectionOf(users.failToImport(cache))).to.be.instanceOf(RangeError);
    expect([users.seen, cache.peek('first')]).to.deep.equal([undefined, undefined]);
  });

  it('evict from several namespaces at once', async () => {
    await cache.set('first', 1);
    await cache.namespace('lists').set('second', 2);

    await users.both();

    expect([cache.peek('first'), cache.namespace('lists').peek('second')]).to.deep.equal([undefined, undefined]);
  });

  it('evict only when the method runs, where its result is cached', async () => {
    await users.report();
    await cache.set('first', 1);

    expect(await users.report()).to.equal('new');
    expect(cache.peek('first')).to.equal(1);
  });

  it('evict before the method runs, and so also when it fails', async () => {
    await cache.set('first', 1);

    expect(await rejectionOf(users.begin(cache))).to.be.instanceOf(RangeError);
    expect(users.seen).to.equal(undefined);
    expect(cache.peek('first')).to.equal(undefined);
  });

  it('evict from L1 before a method without a declared type runs', async () => {
    await cache.set('first', 1);

    expect(await users.vague(cache)).to.equal('done');
    expect(users.seen).to.equal(undefined);
  });

  it('evict after a method that returns a plain value', async () => {
    await cache.set('first', 1);

    expect(users.plain()).to.equal('at once');
    expect(cache.peek('first')).to.equal(undefined);
  });

  it('return the result although nothing could be evicted, and log this without the key', async () => {
    const warn = sinon.stub(Logger.prototype, 'warn');
    sinon.stub(cache, 'del').rejects(new CacheError('CACHE_KEY_INVALID', 'refused'));

    expect(await users.remove(1)).to.equal(false);
    expect(warn.args.flat()).to.deep.equal([
      'UserService.remove: @CacheEvict failed (CACHE_KEY_INVALID); the result is returned all the same',
    ]);
  });

  it('return the result only after L2 has been written', async () => {
    const { promise, resolve } = deferred<'done'>();
    sinon.stub(cache, 'del').returns(promise);
    sinon.stub(cache, 'set').returns(promise);
    const arrived: string[] = [];
    const all = [users.remove(1).then(() => arrived.push('removed')), users.save(ann).then(() => arrived.push('saved'))];
    await new Promise(setImmediate);
    expect(arrived).to.deep.equal([]);

    resolve('done');
    await Promise.all(all);
  });

  it('run the method uncached in an instance that Nest did not make', async () => {
    const own = new UserService();

    expect(await own.save(ann)).to.equal(ann);
    expect(await own.remove(1)).to.equal(true);
  });
});
