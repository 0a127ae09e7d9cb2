import { expect } from 'chai';
import sinon from 'sinon';
import { map, of, type Observable, lastValueFrom } from 'rxjs';
import { CacheEvict, CachePut, Cacheable } from '../../../../src/nest/decorators/method.decorators';
import { CacheableModule } from '../../../../src/nest/module/cacheable.module';
import { CacheableService } from '../../../../src/nest/shared/cacheable.service';
import { strictSanitizer } from '../../../../src/adapters/keys/sanitizers';
import { FakeClock } from '../../../../src/testing';
import { application, bare, closeApplications } from '../application';
import { nestWarnings } from '../../../support/nest-warnings';

interface Users {
  runs: number;
  find(user: object): Promise<number>;
  watch(user: object): Observable<number>;
}

/** The decorators without their types, as JavaScript uses them. */
const loose = (decorator: unknown) => decorator as (options: object) => MethodDecorator;

function cacheableUsers(options: object): new () => Users {
  class UserService {
    runs = 0;

    @(loose(Cacheable)(options))
    async find(user: object): Promise<number> {
      return Promise.resolve(user).then(() => ++this.runs);
    }

    @(loose(Cacheable)(options))
    watch(user: object): Observable<number> {
      return of(user).pipe(map(() => ++this.runs));
    }
  }
  return UserService;
}

const [ann, bob] = [{ id: 1 }, { id: 2 }];

const wrongKeys: readonly (readonly [string, unknown])[] = [
  ['an object', ann],
  ['a promise', Promise.resolve('user:1')],
  ['a promise', Promise.reject(new Error('no session'))],
  ['null', null],
  ['undefined', undefined],
  ['NaN', NaN],
  ['5', 5],
  ['an empty string', ''],
  ['an array', ['user:1']],
  ['a symbol', Symbol('user:1')],
  ["a string with '[object …]' in it", 'user:[object Object]'],
  ["a string with 'undefined' as a part of it", 'user:undefined'],
  ["a string with 'null' as a part of it", 'null/user'],
  ["a string with 'NaN' as a part of it", 'user|NaN|page'],
  ["a string with 'undefined' as a part of it", 'user_undefined'],
  ["a string with 'null' as a part of it", 'user.null#1'],
];
for (const [, value] of wrongKeys) if (value instanceof Promise) value.catch(() => undefined);

describe('functions among the options of decorated methods', () => {
  const warn = nestWarnings();

  afterEach(closeApplications);

  const start = async <T>(type: new () => T): Promise<{ users: T; cache: CacheableService }> => {
    const module = await application({ providers: [type] });
    return { users: module.get(type), cache: module.get(CacheableService, { strict: false }) };
  };

  /** Both methods run again for a second user. */
  const expectUncached = async (options: object): Promise<void> => {
    const { users } = await start(cacheableUsers(options));

    expect([await users.find(ann), await users.find(bob)]).to.deep.equal([1, 2]);
    expect([await lastValueFrom(users.watch(ann)), await lastValueFrom(users.watch(bob))]).to.deep.equal([3, 4]);
  };

  for (const [what, value] of wrongKeys) {
    it(`leave the call uncached, and are logged once, when the key is ${what}: ${typeof value}`, async () => {
      await expectUncached({ key: () => value });

      expect(warn.args.flat()).to.deep.equal(
        ['find', 'watch'].map(
          (name) =>
            `UserService.${name}: 'key' of @Cacheable returned ${what}, expected a non-empty string; the method ran uncached (logged once)`,
        ),
      );
    });
  }

  for (const [what, value] of [
    ['a promise', Promise.resolve(false)],
    ['undefined', undefined],
    ['1', 1],
  ] as const) {
    it(`leave the call uncached when the condition is ${what}`, async () => {
      await expectUncached({ key: 'k', condition: () => value });

      expect(String(warn.args[0])).to.match(/^UserService\.find: 'condition' of @Cacheable returned .*, expected true or false/);
      expect(warn.args).to.have.lengthOf(2);
    });
  }

  const unstored: Readonly<Record<string, readonly unknown[]>> = {
    unless: [Promise.resolve(true), undefined, 0, 'yes'],
    ttl: [Promise.resolve('1m'), undefined, null, {}, { primary: undefined }, new Date(), NaN, -1, 'soon', { primary: 'soon' }, []],
    tags: [
      Promise.resolve(['a']),
      undefined,
      'a',
      [5],
      [''],
      ['user:[object Object]'],
      ['users', 'user:undefined'],
      ['null'],
      ['x'.repeat(1_001)],
      Array.from({ length: 201 }, (_, index) => `t${index}`),
    ],
  };
  for (const [option, values] of Object.entries(unstored)) {
    it(`leave the result unstored, and are logged once, when '${option}' returns a value of a wrong type`, async () => {
      for (const value of values) {
        warn.resetHistory();
        await expectUncached({ key: 'k', [option]: () => value });

        expect(warn.args, String(value)).to.have.lengthOf(2);
        expect(String(warn.args[0])).to.match(new RegExp(`^UserService\\.find: '${option}' of @Cacheable .*; the result is not stored`));
        await closeApplications();
      }
    });
  }

  it('leave the result unstored when the sanitizer refuses a tag', async () => {
    const UserService = cacheableUsers({ key: 'k', tags: () => ['a b'] });
    const sanitizer = strictSanitizer({ allow: /[a-z]+/ });
    const module = await bare({ imports: [CacheableModule.register({ isGlobal: true, sanitizer })], providers: [UserService] });
    const users = module.get(UserService);

    expect([await users.find(ann), await users.find(ann)]).to.deep.equal([1, 2]);
    expect(String(warn.args[0])).to.match(/^UserService\.find: storing the result failed \(CACHE_TAG_INVALID\)/);
  });

  it('leave the result of @CachePut unstored', async () => {
    for (const options of [
      { key: () => ann },
      { key: 'k', unless: () => undefined },
      { key: 'k', ttl: () => ({}) },
      { key: 'k', condition: () => 1 },
    ]) {
      class UserService {
        @(loose(CachePut)(options))
        async save(): Promise<string> {
          return 'saved';
        }
      }
      const { users, cache } = await start(UserService);
      const set = sinon.spy(cache, 'set');

      expect([await users.save(), await users.save()]).to.deep.equal(['saved', 'saved']);
      expect(set.called).to.equal(false);
      expect(warn.args.flat().filter((line) => String(line).startsWith('UserService.save: '))).to.have.lengthOf(1);
      warn.resetHistory();
    }
  });

  it('delete nothing by a wrong key of @CacheEvict, and log it once', async () => {
    for (const options of [
      { key: async () => 'k' },
      { key: () => 'user:null' },
      { keys: () => 'k' },
      { keys: () => [ann, 'user:NaN'] },
      ...['t', [ann], ['user:NaN'], ['x'.repeat(1_001)], async () => ['t']].map((tags) => ({ tags: () => tags })),
    ]) {
      class UserService {
        @(loose(CacheEvict)(options))
        async remove(): Promise<string> {
          return 'removed';
        }
      }
      const { users } = await start(UserService);

      expect([await users.remove(), await users.remove()]).to.deep.equal(['removed', 'removed']);
      expect(String(warn.args)).to.match(
        /^UserService\.remove: '(?:keys?|tags)' of @CacheEvict returned .*; nothing was deleted \(logged once\)$/,
      );
      warn.resetHistory();
    }
  });

  it('delete the entries when the condition of @CacheEvict is neither true nor false', async () => {
    class UserService {
      @(loose(CacheEvict)({ key: 'k', condition: () => undefined }))
      async remove(): Promise<void> {
        await Promise.resolve();
      }
    }
    const { users, cache } = await start(UserService);
    await cache.set('k', 1);

    await users.remove();

    expect(cache.peek('k')).to.equal(undefined);
  });

  it('delete by @CacheEvict the keys of a list that are valid, and log the others once', async () => {
    class UserService {
      @(loose(CacheEvict)({ keys: () => ['a', 'user:undefined', 'b'] }))
      async remove(): Promise<void> {
        await Promise.resolve();
      }
    }
    const { users, cache } = await start(UserService);
    await cache.setMany([
      { key: 'a', value: 1 },
      { key: 'b', value: 2 },
      { key: 'user:undefined', value: 3 },
    ]);

    await users.remove();

    expect([cache.peek('a'), cache.peek('b'), cache.peek('user:undefined')]).to.deep.equal([undefined, undefined, 3]);
    expect(String(warn.args)).to.equal(
      "UserService.remove: 'keys' of @CacheEvict returned an array with a string with 'undefined' as a part of it, " +
        'expected an array of non-empty strings; only the other keys were deleted (logged once)',
    );
  });

  it('remove by @CacheEvict the tags of a list that are valid, and log the others once', async () => {
    class UserService {
      @(loose(CacheEvict)({ tags: () => ['a', 'user:undefined', 'x'.repeat(1_001)] }))
      async remove(): Promise<void> {
        await Promise.resolve();
      }
    }
    const { users, cache } = await start(UserService);
    await cache.set('a', 1, { tags: ['a'] });
    await cache.set('b', 2, { tags: ['user:undefined'] });

    await users.remove();
    await users.remove();

    expect([cache.peek('a'), cache.peek('b')]).to.deep.equal([undefined, 2]);
    expect(String(warn.args)).to.equal(
      "UserService.remove: 'tags' of @CacheEvict returned an array with a string with 'undefined' as a part of it, expected an array of " +
        'non-empty strings of at most 1000 characters; only the other tags were deleted (logged once)',
    );
  });

  it('accept a key that contains such a word as a part of a longer word', async () => {
    const { users } = await start(cacheableUsers({ key: ({ id }: typeof ann) => `nullable:undefinedBehaviour:${id}` }));

    expect([await users.find(ann), await users.find(ann), await users.find(bob)]).to.deep.equal([1, 1, 2]);
    expect(warn.args).to.deep.equal([]);
  });

  describe('and an old value', () => {
    const failing = () => {
      throw new Error('no configuration');
    };
    let clock: FakeClock;

    /** The answer to a call while the database is down, after a run whose result was not stored because of the options. */
    const answerAfter = async (options: object): Promise<unknown> => {
      let run: () => Promise<string> = async () => 'old';
      let given: Readonly<Record<string, (() => unknown) | undefined>> = {};
      const late = Object.fromEntries(Object.keys(options).map((name) => [name, () => (given[name] ?? defaults[name])?.()]));
      class PriceService {
        @(loose(Cacheable)({ key: 'price', ...late, staleIfError: '1h' }))
        async price(): Promise<string> {
          return run();
        }
      }
      clock = new FakeClock();
      const module = await bare({ imports: [CacheableModule.register({ isGlobal: true, clock })], providers: [PriceService] });
      const prices = module.get(PriceService);
      await prices.price();
      await clock.advance(61_000);
      given = options as typeof given;
      run = async () => 'new';
      expect(await prices.price()).to.equal('new');
      run = () => Promise.reject(new Error('no database'));
      return prices.price().catch((error: unknown) => (error as Error).message);
    };
    const defaults: Readonly<Record<string, () => unknown>> = { ttl: () => '1m', tags: () => ['prices'], unless: () => false };

    for (const name of Object.keys(defaults)) {
      it(`keep it when '${name}' throws or returns a value of a wrong type`, async () => {
        expect(await answerAfter({ ttl: () => '1m', [name]: failing })).to.equal('old');
        expect(await answerAfter({ ttl: () => '1m', [name]: () => 'soon' })).to.equal('old');
      });
    }

    it("delete it when 'unless' returns true", async () => {
      expect(await answerAfter({ ttl: () => '1m', unless: () => true })).to.equal('no database');
    });
  });
});
