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

  @CacheKey('mine')
  @CacheScope('user')
  mine() {
    return { run: runs.count('mine') };
  }
}

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

  it('gives each user a separate entry', async () => {
    const mine = fieldOf(app, 'mine');
    const ask = (id: number) => mine(undefined, {}, request({ id }), {});

    expect([await ask(1), await ask(2), await ask(1)]).to.deep.equal([{ run: 1 }, { run: 2 }, { run: 1 }]);
  });
});
