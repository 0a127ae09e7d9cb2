import { expect } from 'chai';
import { CacheConfig, CacheEvict, CachePut, Cacheable } from '../../../../src/nest/decorators/method.decorators';

type Loose = (options?: object) => MethodDecorator;

const cacheable = Cacheable as unknown as Loose;
const cachePut = CachePut as unknown as Loose;
const cacheEvict = CacheEvict as unknown as Loose;

class Statics {
  readonly why = 'only the class is used';
}

/** Declares `UserService.find` with these decorators, the innermost first. */
function declare(...decorators: readonly MethodDecorator[]): () => void {
  return () => {
    class UserService {
      async find(): Promise<void> {
        await Promise.resolve();
      }
    }
    const descriptor = Object.getOwnPropertyDescriptor(UserService.prototype, 'find') as TypedPropertyDescriptor<unknown>;
    for (const decorate of decorators) decorate(UserService.prototype, 'find', descriptor as never);
  };
}

const refused: readonly (readonly [string, readonly MethodDecorator[], RegExp])[] = [
  ['an unknown option, and names the nearest', [cacheable({ til: 5 })], /^@Cacheable on UserService\.find: til: .*did you mean 'ttl'/],
  ['a ttl that is none', [cacheable({ ttl: 0 })], /UserService\.find: ttl: expected a ttl above 0/],
  ['a key that is none', [cacheable({ key: 5 })], /UserService\.find: key: expected/],
  ['an empty key', [cacheable({ key: '' })], /UserService\.find: key: expected/],
  ['tags that are none', [cacheable({ tags: 'a' })], /UserService\.find: tags: expected an array of strings/],
  ['a condition that is no function', [cacheable({ condition: true })], /UserService\.find: condition: expected a function/],
  ['a namespace with forbidden characters', [cacheable({ namespace: 'a b' })], /UserService\.find: namespace: expected letters/],
  ['a signal, which belongs to one call', [cacheable({ signal: new AbortController().signal })], /UserService\.find: signal/],
  ['several problems at once', [cacheable({ ttl: 0, key: 5 })], /ttl: .*key: /],
  ['@CachePut without a key', [cachePut({})], /^@CachePut on UserService\.find: .*expected a key/],
  ['@CacheEvict without a target', [cacheEvict({})], /^@CacheEvict on UserService\.find: options: expected one of .*, got none$/],
  ['@CacheEvict with two targets', [cacheEvict({ key: 'a', allEntries: true })], /got key and allEntries$/],
  ['@CacheEvict with keys and tags', [cacheEvict({ keys: ['a'], tags: ['b'] })], /got keys and tags$/],
  [
    '@CacheEvict with a mode for all entries',
    [cacheEvict({ allEntries: true, mode: 'expire' })],
    /mode: expected no mode, .*, got 'expire' with allEntries$/,
  ],
  ['@CacheEvict with an unknown mode', [cacheEvict({ tags: ['a'], mode: 'never' })], /mode: expected 'remove' or 'expire'/],
  ['an empty tag', [cacheEvict({ tags: ['a', ''] })], /tags: expected a tag that is not empty/],
  ['a very long tag', [cacheable({ tags: ['x'.repeat(1_001)] })], /tags: expected a tag of at most 1000 characters, got 1001/],
  ['too many tags', [cachePut({ key: 'a', tags: Array.from({ length: 201 }, String) })], /tags: expected at most 200 tags, got 201/],
  ['@CacheEvict of everything but not', [cacheEvict({ allEntries: false })], /got none$/],
  ['@CachePut on @Cacheable', [cacheable(), cachePut({ key: 'a' })], /^@CachePut on UserService\.find: .*always runs/],
  ['@Cacheable on @CachePut', [cachePut({ key: 'a' }), cacheable()], /^@Cacheable on UserService\.find: .*only when it must/],
  ['@Cacheable twice', [cacheable(), cacheable({ key: 'a' })], /wait for itself$/],
];

describe('options of the decorators', () => {
  for (const [what, decorators, message] of refused) {
    it(`refuse ${what}`, () => {
      expect(declare(...decorators)).to.throw(message).with.property('code', 'CACHE_OPTION_INVALID'); // prettier-ignore
    });
  }

  it('may differ between several @CachePut and @CacheEvict', () => {
    expect(
      declare(cachePut({ key: 'a' }), cachePut({ key: 'b' }), cacheEvict({ key: 'c' }), cacheEvict({ allEntries: true })),
    ).not.to.throw();
  });

  it('are refused on static methods, properties and accessors', () => {
    const descriptor = { value: async () => 1 };

    expect(() => cacheable()(Statics, 'find', descriptor)).to.throw(/^@Cacheable on Statics\.find: expected a method of instances/);
    expect(() => cacheable()(new Date(), 'find', { get: () => 1 })).to.throw(/got a property or an accessor/);
  });

  it('of @CacheConfig are checked as well, naming the class', () => {
    const config = CacheConfig({ tll: 5 } as never);

    expect(() => config(Statics)).to.throw(/^@CacheConfig on Statics: tll: .*did you mean 'ttl'/);
  });
});
