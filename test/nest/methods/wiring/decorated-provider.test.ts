import { Global, Injectable, Logger, Module, Scope, type Provider, type Type } from '@nestjs/common';
import { LazyModuleLoader, ModuleRef } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import sinon from 'sinon';
import { CacheableModule } from '../../../../src/nest/module/cacheable.module';
import { Cacheable } from '../../../../src/nest/decorators/method.decorators';
import { CacheExplorer } from '../../../../src/nest/methods/wiring/cache-explorer';
import { rejectionOf } from '../../../builders/rejection-of';
import { application, closeApplications } from '../application';

/** A new class for each test: it answers with the tenant of its instance. */
function newService(scope = Scope.DEFAULT) {
  @Injectable({ scope })
  class Profiles {
    tenant = 'none';

    @Cacheable()
    async find(id: number): Promise<string> {
      return `${this.tenant} ${id}`;
    }
  }
  return Profiles;
}

const forTenant = (type: ReturnType<typeof newService>, tenant: string) => Object.assign(new type(), { tenant });

async function bootstrapError(...providers: Provider[]): Promise<unknown> {
  const imports = [CacheableModule.register({ isGlobal: true })];
  const built = await Test.createTestingModule({ imports, providers: [CacheExplorer, ...providers] }).compile();
  const error = await rejectionOf(built.init());
  // Nest 11 fails once more, with the same error.
  await built.close().catch(() => undefined);
  return error;
}

describe('default keys of several instances', () => {
  afterEach(async () => {
    sinon.restore();
    await closeApplications();
  });

  const one = newService();
  const classTwice = newService();
  const refused: Readonly<Record<string, readonly Provider[]>> = {
    'a request-scoped class': [newService(Scope.REQUEST)],
    'a transient class': [newService(Scope.TRANSIENT)],
    'two values of one class': [
      { provide: 'a', useValue: forTenant(one, 'a') },
      { provide: 'b', useValue: forTenant(one, 'b') },
    ],
    'one class with two tokens': [classTwice, { provide: 'again', useClass: classTwice }],
    'two factories of one class': [
      { provide: 'a', useFactory: () => forTenant(one, 'a') },
      { provide: 'b', useFactory: () => forTenant(one, 'b') },
    ],
    'two classes of one mixin': [newService(), newService()],
  };
  for (const [what, providers] of Object.entries(refused)) {
    it(`are refused at bootstrap, with the remedy: ${what}`, async () => {
      const error = await bootstrapError(...providers);

      expect(error).to.have.property('code', 'CACHE_OPTION_INVALID');
      expect((error as Error).message).to.match(/^@Cacheable on Profiles\.find: .*; (give|provide)/);
    });
  }

  it('are refused for one class in two modules', async () => {
    const type = newService();
    const error = await bootstrapError(type, { provide: 'copy', useClass: type });

    expect((error as Error).message).to.contain('provide Profiles in one module and import that module');
  });

  it('belong to the first of the instances that moduleRef.create() makes', async () => {
    const warn = sinon.stub(Logger.prototype, 'warn');
    const type = newService();
    const moduleRef = (await application()).get(ModuleRef);
    const a = Object.assign(await moduleRef.create(type), { tenant: 'a' });
    const b = Object.assign(await moduleRef.create(type), { tenant: 'b' });

    expect([await a.find(1), await b.find(1), await b.find(1), await a.find(1)]).to.deep.equal(['a 1', 'b 1', 'b 1', 'a 1']);
    expect(warn.args.flat()).to.deep.equal([
      "Profiles.find: the default key belongs to another instance, so this one runs uncached; give @Cacheable a 'key' that differs between the instances (a function gets the instance as 'this') (logged once)",
    ]);
  });

  it('belong to the first class of a name that a lazy module brings', async () => {
    sinon.stub(Logger.prototype, 'warn');
    const loader = (await application()).get(LazyModuleLoader);
    const load = async (tenant: string) => {
      const type: Type<{ tenant: string; find: (id: number) => Promise<string> }> = newService();
      @Module({ providers: [type] })
      class LazyModule {}
      return Object.assign((await loader.load(() => LazyModule)).get(type), { tenant });
    };
    const [a, b] = [await load('a'), await load('b')];

    expect([await a.find(1), await b.find(1), await b.find(2), await a.find(2)]).to.deep.equal(['a 1', 'b 1', 'b 2', 'a 2']);
  });

  it('belong to no instance of a factory that runs for each request', async () => {
    sinon.stub(Logger.prototype, 'warn');
    const type = newService();
    let tenants = 0;
    const made = { provide: 'made', scope: Scope.REQUEST, useFactory: () => forTenant(type, `t${++tenants}`) };
    const module = await application({ providers: [made] });
    const next = () => module.resolve<InstanceType<typeof type>>('made');
    const [a, b] = [await next(), await next()];

    expect([await a.find(1), await b.find(1)]).to.deep.equal(['t1 1', 't2 1']);
  });

  it('belong to one of two methods whose symbols read alike', async () => {
    const [find, count] = [Symbol('read'), Symbol('read')];
    class Twice {
      @Cacheable()
      async [find](): Promise<string> {
        return 'found';
      }

      @Cacheable()
      async [count](): Promise<string> {
        return 'counted';
      }
    }
    expect(await bootstrapError(Twice)).to.have.property('code', 'CACHE_OPTION_INVALID');
  });

  it('are not needed where a key names the instance, which a function gets as this', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Keyed {
      tenant = 'none';

      @Cacheable({ key: function (this: Keyed, id: number) { return `${this.tenant}:${id}`; } }) // prettier-ignore
      async find(id: number): Promise<string> {
        return `${this.tenant} ${id}`;
      }
    }
    @Global()
    @Module({ providers: [Keyed], exports: [Keyed] })
    class KeyedModule {}
    const module = await application({ imports: [KeyedModule] });
    const a = Object.assign(await module.resolve(Keyed), { tenant: 'a' });
    const b = Object.assign(await module.resolve(Keyed), { tenant: 'b' });

    expect([await a.find(1), await b.find(1), await a.find(1)]).to.deep.equal(['a 1', 'b 1', 'a 1']);
  });
});
