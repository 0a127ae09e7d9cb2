import { expect } from 'chai';
import { of, type Observable } from 'rxjs';
import { CacheEvict, CachePut, Cacheable } from '../../../../src/nest/decorators/method.decorators';

interface User {
  readonly id: number;
}

/** Checked by the compiler: valid uses compile, and the expected errors are errors. */
class UserService<T extends User> {
  @Cacheable()
  async all(): Promise<T[]> {
    return [];
  }

  @Cacheable({ key: (id: number) => `user:${id}`, unless: (user: User | undefined) => user === undefined, ttl: '5m' })
  async find(id: number, deep?: boolean): Promise<User | undefined> {
    return deep ? { id } : undefined;
  }

  @Cacheable({ key: (id: number, deep = false) => `user:${id}:${deep}`, condition: (id: number) => id > 0, ttl: (user: User) => user.id })
  async deep(id: number, deep?: boolean): Promise<User> {
    return { id: deep ? id : 0 };
  }

  @Cacheable({ key: (id: number | string) => `user:${id}`, tags: (id: number) => [`user:${id}`], unless: (user: User) => user.id === 0 })
  watch(id: number): Observable<User> {
    return of({ id });
  }

  @CachePut({ key: (user: User) => `user:${user.id}` })
  async save(user: T): Promise<T> {
    return user;
  }

  @CacheEvict({ keys: (...ids: number[]) => ids.map(String) })
  async remove(...ids: number[]): Promise<number> {
    return ids.length;
  }

  // @ts-expect-error the key function takes a string where the method is given a number
  @Cacheable({ key: (id: string) => id })
  async wrongParameter(id: number): Promise<void> {
    await Promise.resolve(id);
  }

  // @ts-expect-error the key function wants more than the method is given
  @Cacheable({ key: (id: number, page: number) => `${id}:${page}` })
  async tooMany(id: number): Promise<void> {
    await Promise.resolve(id);
  }

  // @ts-expect-error the method may give undefined, and unless does not take it
  @Cacheable({ key: 'u', unless: (user: User) => user.id === 0 })
  async wrongResult(): Promise<User | undefined> {
    return undefined;
  }

  // @ts-expect-error the ttl is that of another result
  @Cacheable({ key: 'u', ttl: (length: string) => length.length })
  async wrongTtl(): Promise<User> {
    return { id: 1 };
  }

  // @ts-expect-error a condition gets the arguments
  @Cacheable({ condition: (id: number) => id > 0 })
  async wrongCondition(id: string): Promise<void> {
    await Promise.resolve(id);
  }

  // @ts-expect-error the method returns a plain value
  @Cacheable()
  plain(): number {
    return 1;
  }

  // @ts-expect-error so does this one
  @CacheEvict({ allEntries: true })
  plainEvict(): void {
    return undefined;
  }

  // @ts-expect-error the key function does not accept the arguments of the method
  @CacheEvict({ key: (id: string) => id })
  async wrongEvict(id: number): Promise<void> {
    await Promise.resolve(id);
  }

  @CacheEvict({ tags: (id: number | string) => [`user:${id}`], mode: 'expire' })
  async expire(id: number): Promise<number> {
    return id;
  }

  // @ts-expect-error the tags function does not accept the arguments of the method
  @CacheEvict({ tags: (id: string) => [id] })
  async wrongTags(id: number): Promise<void> {
    await Promise.resolve(id);
  }

  // @ts-expect-error the key function does not accept the arguments of the method
  @CachePut({ key: (id: string) => id })
  async wrongPut(id: number): Promise<void> {
    await Promise.resolve(id);
  }
}

/** Never called: uses that the decorators refuse when they run. */
export function refusedByTheCompiler(): unknown[] {
  return [
    // @ts-expect-error no such option
    Cacheable({ keys: 'a' }),
    // @ts-expect-error no such duration
    Cacheable({ ttl: '5 minutes' }),
    // @ts-expect-error a put needs a key
    CachePut({ ttl: '5m' }),
    // @ts-expect-error loading options are not for writing
    CachePut({ key: 'a', hardTimeout: '5s' }),
    // @ts-expect-error no such option
    CacheEvict({ allEntries: true, ttl: '5m' }),
    // @ts-expect-error no such mode
    CacheEvict({ tags: ['a'], mode: 'stale' }),
  ];
}

describe('types of the decorators', () => {
  it('are those of the method', () => {
    expect(UserService.prototype).to.have.property('find');
  });
});
