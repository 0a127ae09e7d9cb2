import { Global, Inject, Injectable, Logger, Module, Scope, type FactoryProvider } from '@nestjs/common';
import { ContextIdFactory, REQUEST } from '@nestjs/core';
import type { TestingModule } from '@nestjs/testing';
import { expect } from 'chai';
import sinon from 'sinon';
import { CacheableModule } from '../../../../src/nest/module/cacheable.module';
import { CacheConfig, Cacheable } from '../../../../src/nest/decorators/method.decorators';
import { application, bare, closeApplications } from '../application';

class Counter {
  runs = 0;

  @Cacheable({ key: 'next' })
  async next(): Promise<number> {
    return ++this.runs;
  }
}

/** Two instances from a factory, each as a request would get it. */
async function two(module: TestingModule, token: string): Promise<[Counter, Counter]> {
  const one = () => module.resolve<Counter>(token, ContextIdFactory.create(), { strict: false });
  return [await one(), await one()];
}

describe('decorated methods of instances from factories', () => {
  afterEach(async () => {
    sinon.restore();
    await closeApplications();
  });

  const factories: Readonly<Record<string, FactoryProvider>> = {
    'for each request': { provide: 'made', scope: Scope.REQUEST, useFactory: () => new Counter() },
    'for each consumer': { provide: 'made', scope: Scope.TRANSIENT, useFactory: async () => new Counter() },
    'because of an injected request': { provide: 'made', inject: [REQUEST], useFactory: () => new Counter() },
    'for each tenant': { provide: 'made', scope: Scope.REQUEST, durable: true, useFactory: () => new Counter() },
  };

  for (const [when, factory] of Object.entries(factories)) {
    it(`are cached: ${when}`, async () => {
      const module = await application({ providers: [factory] });
      const [one, other] = await two(module, 'made');

      expect(one).not.to.equal(other);
      expect([await one.next(), await other.next(), one.runs, other.runs]).to.deep.equal([1, 1, 1, 0]);
    });
  }

  it('are cached for classes that inject them', async () => {
    @Injectable()
    class Consumer {
      constructor(@Inject('made') readonly counter: Counter) {}
    }
    const module = await application({
      providers: [{ provide: 'made', scope: Scope.REQUEST, useFactory: () => new Counter() }, Consumer],
    });
    const consumer = () => module.resolve(Consumer, ContextIdFactory.create());

    const [one, other] = [(await consumer()).counter, (await consumer()).counter];

    expect([await one.next(), await other.next(), other.runs]).to.deep.equal([1, 1, 0]);
  });

  it('use the cache that their class names, by the imports of the module that has the factory', async () => {
    @CacheConfig({ cache: 'sessions' })
    class Named extends Counter {}
    @Module({
      imports: [CacheableModule.register({ name: 'sessions' })],
      providers: [{ provide: 'made', scope: Scope.REQUEST, useFactory: () => new Named() }],
    })
    class FeatureModule {}
    const module = await bare({ imports: [FeatureModule] });
    const [one, other] = await two(module, 'made');

    expect([await one.next(), await other.next(), other.runs]).to.deep.equal([1, 1, 0]);
  });

  it('keep the cache that Nest injected, wherever a factory passes the instance on', async () => {
    @Module({ imports: [CacheableModule.register()], providers: [Counter], exports: [Counter] })
    class CounterModule {}
    const passing = { provide: 'made', scope: Scope.REQUEST, inject: [Counter], useFactory: (counter: Counter) => counter };
    @Module({ imports: [CounterModule], providers: [passing] })
    class PassingModule {}
    const warn = sinon.stub(Logger.prototype, 'warn');
    const module = await bare({ imports: [PassingModule] });
    const [one] = await two(module, 'made');

    expect([await one.next(), await one.next()]).to.deep.equal([1, 1]);
    expect(warn.args).to.deep.equal([]);
  });

  it('are warned about once where there is no cache to use', async () => {
    const warn = sinon.stub(Logger.prototype, 'warn');
    const module = await bare({ providers: [{ provide: 'made', scope: Scope.REQUEST, useFactory: () => new Counter() }] });
    const [one, other] = await two(module, 'made');

    expect([await one.next(), await other.next(), await other.next()]).to.deep.equal([1, 1, 2]);
    expect(warn.args.flat()).to.deep.equal([
      'Counter.next: no cache to use in RootTestModule: import CacheableModule.register() there, or register it with isGlobal; until then the methods run uncached',
    ]);
  });

  it('leave values without decorated methods as they are', async () => {
    class Plain {
      readonly name = 'plain';
    }
    const given: readonly unknown[] = [new Plain(), 'text', () => 'function', [1]];
    const providers = given.map((value, index) => ({ provide: `given ${index}`, scope: Scope.REQUEST, useFactory: () => value }));
    const module = await application({ providers });
    const made = await Promise.all(providers.map(({ provide }) => module.resolve<unknown>(provide)));

    expect(made).to.deep.equal(given);
    expect(Reflect.ownKeys(made[0] as object)).to.deep.equal(['name']);
  });

  it('pass on the error of the factory', async () => {
    const failing = () => {
      throw new Error('no tenant');
    };
    const module = await application({ providers: [{ provide: 'made', scope: Scope.REQUEST, useFactory: failing }] });

    expect(await module.resolve('made').catch((error: unknown) => error)).to.have.property('message', 'no tenant');
  });

  it('run uncached, and log this once, where they would share entries with a class of the same name', async () => {
    class Counter {
      runs = 0;

      @Cacheable()
      async next(): Promise<number> {
        return ++this.runs;
      }
    }
    const Twin = (() => {
      class Counter {
        @Cacheable()
        async next(): Promise<string> {
          return 'of another class';
        }
      }
      return Counter;
    })();
    @Global()
    @Module({ providers: [Twin], exports: [Twin] })
    class TwinModule {}
    const module = await application({
      imports: [TwinModule],
      providers: [{ provide: 'made', scope: Scope.REQUEST, useFactory: () => new Counter() }],
    });

    const warn = sinon.stub(Logger.prototype, 'warn');
    const [one, other] = (await two(module, 'made')) as unknown as [{ next(): Promise<number> }, { next(): Promise<number> }];

    expect([await one.next(), await one.next(), await other.next()]).to.deep.equal([1, 2, 1]);
    expect(await module.get(Twin, { strict: false }).next()).to.equal('of another class');
    expect(warn.args.flat()).to.have.lengthOf(1);
    expect(String(warn.args)).to.match(/^Counter\.next: the default key belongs to another instance.*give @Cacheable a 'key'/);
  });
});
