import { Injectable, UseInterceptors, type INestApplicationContext } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { CacheableInterceptor, CacheableModule } from '../../../src/nest';
import { CacheKey, CacheScope } from '../../../src/nest/decorators/handler.decorators';
import { Runs } from './support';

let runs = new Runs();

@Injectable()
@UseInterceptors(CacheableInterceptor)
class Resolver {
  users() {
    return { run: runs.count('users') };
  }

  @CacheKey('user')
  user() {
    return { run: runs.count('user') };
  }

  @CacheKey('of-context')
  ofContext() {
    return { run: runs.count('of-context') };
  }

  @CacheKey('of-request')
  ofRequest() {
    return { run: runs.count('of-request') };
  }

  @CacheKey('scoped-context')
  @CacheScope('public')
  scopedContext() {
    return { run: runs.count('scoped-context') };
  }

  @CacheKey('of-loaders')
  ofLoaders() {
    return { run: runs.count('of-loaders') };
  }

  @CacheKey('of-info')
  @CacheScope('public')
  ofInfo() {
    return { run: runs.count('of-info') };
  }

  @CacheKey('mine')
  @CacheScope('user')
  mine() {
    return { run: runs.count('mine') };
  }
}

/** As the decorators of @nestjs/graphql do it. */
function declare(name: keyof Resolver, kind: number, data?: string): void {
  Reflect.defineMetadata('__routeArguments__', { [`${kind}:0`]: { index: 0, data, pipes: [] } }, Resolver, name);
}

declare('ofContext', 1);
declare('ofRequest', 1, 'req');
declare('scopedContext', 1);
declare('ofLoaders', 1, 'loaders');
declare('ofInfo', 2);

type Field = (parent: unknown, args: unknown, context: unknown, info: unknown) => Promise<unknown>;

/** As @nestjs/graphql makes resolvers. */
function fieldOf(app: INestApplicationContext, name: keyof Resolver): Field {
  const resolver = app.get(Resolver);
  const handler = Reflect.get(Resolver.prototype, name) as () => unknown;
  const nothing = undefined;
  return app.get(ExternalContextCreator).create(resolver, handler, name, nothing, nothing, nothing, nothing, nothing, 'graphql') as Field;
}

describe('CacheableInterceptor under GraphQL', () => {
  let app: INestApplicationContext;

  beforeEach(async () => {
    runs = new Runs();
    app = await Test.createTestingModule({ imports: [CacheableModule.register({})], providers: [Resolver] }).compile();
    await app.init();
  });

  afterEach(() => app.close());

  const request = (user?: unknown) => ({ req: { method: 'POST', headers: {}, user } });

  it('ignores a resolver without a key', async () => {
    const users = fieldOf(app, 'users');

    expect([await users(undefined, {}, request(), {}), await users(undefined, {}, request(), {})]).to.deep.equal([{ run: 1 }, { run: 2 }]);
  });

  it('keeps arguments apart, and the objects that a field is of', async () => {
    const user = fieldOf(app, 'user');
    const ask = (parent: unknown, args: unknown) => user(parent, args, request(), {});

    expect(await ask(undefined, { id: 1 })).to.deep.equal({ run: 1 });
    expect(await ask({}, { id: 1 })).to.deep.equal({ run: 1 });
    expect(await ask(undefined, { id: 2 })).to.deep.equal({ run: 2 });
    expect(await ask({ of: 'a' }, { id: 2 })).to.deep.equal({ run: 3 });
    expect(await ask({ of: 'b' }, { id: 2 })).to.deep.equal({ run: 4 });
  });

  it('shares nothing with a request that carries credentials', async () => {
    const user = fieldOf(app, 'user');
    await user(undefined, {}, request(), {});

    expect(await user(undefined, {}, request({ id: 1 }), {})).to.deep.equal({ run: 2 });
    expect(await user(undefined, {}, { req: { headers: { authorization: 'Bearer x' } } }, {})).to.deep.equal({ run: 3 });
    expect(await user(undefined, {}, { reply: { request: { headers: { cookie: 'a=b' } } } }, {})).to.deep.equal({ run: 4 });
  });

  const runsOf = async (name: keyof Resolver): Promise<unknown[]> => {
    const field = fieldOf(app, name);
    return [await field(undefined, {}, request(), {}), await field(undefined, {}, request(), {})];
  };

  for (const name of ['ofContext', 'ofRequest'] as const) {
    it(`shares no result of a resolver that gets the request by @Context(): ${name}`, async () => {
      expect(await runsOf(name)).to.deep.equal([{ run: 1 }, { run: 2 }]);
    });
  }

  it('shares the result of such a resolver with a scope, and of one that gets another field of the context', async () => {
    expect(await runsOf('scopedContext')).to.deep.equal([{ run: 1 }, { run: 1 }]);
    expect(await runsOf('ofLoaders')).to.deep.equal([{ run: 1 }, { run: 1 }]);
  });

  it('shares no result of a resolver that gets the selected fields by @Info()', async () => {
    expect(await runsOf('ofInfo')).to.deep.equal([{ run: 1 }, { run: 2 }]);
  });

  it('gives each user a separate entry', async () => {
    const mine = fieldOf(app, 'mine');
    const ask = (id: number) => mine(undefined, {}, request({ id }), {});

    expect([await ask(1), await ask(2), await ask(1)]).to.deep.equal([{ run: 1 }, { run: 2 }, { run: 1 }]);
  });
});
