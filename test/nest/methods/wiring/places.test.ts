import { Body, Controller, Get, Inject, Injectable, Logger, Module, Param, ParseIntPipe, Post, Scope, SetMetadata, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common'; // prettier-ignore
import { LazyModuleLoader, ModuleRef, REQUEST, Reflector, type ContextId, ContextIdFactory } from '@nestjs/core';
import { EventPattern, MessagePattern, Payload, Server, type CustomStrategy, type CustomTransportStrategy } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { lastValueFrom } from 'rxjs';
import sinon from 'sinon';
import { CacheableModule } from '../../../../src/nest/module/cacheable.module';
import { CacheableService } from '../../../../src/nest/shared/cacheable.service';
import { CacheConfig, CacheEvict, Cacheable } from '../../../../src/nest/decorators/method.decorators';
import { CacheExplorer } from '../../../../src/nest/methods/wiring/cache-explorer';
import { application, bare, startApplication, closeApplications } from '../application';

const nestVersion = (JSON.parse(readFileSync(require.resolve('@nestjs/core/package.json'), 'utf8')) as { version: string }).version;

@Injectable()
class Counter {
  runs = 0;

  @Cacheable()
  async next(): Promise<number> {
    return ++this.runs;
  }
}

/** Its instances share entries on purpose. */
@Injectable()
class SharedCounter {
  runs = 0;

  @Cacheable({ key: 'shared' })
  async next(): Promise<number> {
    return ++this.runs;
  }
}

abstract class BaseRepo<T> {
  runs = 0;

  protected abstract create(id: number): T;

  @Cacheable()
  async find(id: number): Promise<T> {
    this.runs++;
    return this.create(id);
  }
}

interface User {
  readonly user: number;
}

@Injectable()
class UserRepo extends BaseRepo<User> {
  protected override create(id: number): User {
    return { user: id };
  }
}

@Injectable()
class OrderRepo extends BaseRepo<string> {
  protected override create(id: number): string {
    return `order ${id}`;
  }

  @Cacheable()
  override async find(id: number): Promise<string> {
    await Promise.resolve();
    return `my ${await super.find(id)}`;
  }
}

describe('decorated methods', () => {
  afterEach(async () => {
    sinon.restore();
    await closeApplications();
  });

  it('are cached when the instance calls them itself, and keep its private parts', async () => {
    class Private {
      #runs = 0;

      @Cacheable()
      async find(): Promise<number> {
        return ++this.#runs;
      }

      async twice(): Promise<number[]> {
        return [await this.find(), await this.find()];
      }
    }
    const module = await application({ providers: [Private] });

    expect(await module.get(Private).twice()).to.deep.equal([1, 1]);
  });

  it('are inherited, and named by the class of the instance', async () => {
    const module = await application({ providers: [UserRepo, OrderRepo] });

    expect(await module.get(UserRepo).find(1)).to.deep.equal({ user: 1 });
    expect(await module.get(OrderRepo).find(1)).to.equal('my order 1');
    expect(await module.get(UserRepo).find(1)).to.deep.equal({ user: 1 });
    expect(module.get(UserRepo).runs).to.equal(1);
    expect(module.get(CacheableService, { strict: false }).peek('UserRepo.find(1)')).to.deep.equal({ user: 1 });
  });

  it('are cached for request-scoped providers', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest extends SharedCounter {
      constructor(@Inject(REQUEST) readonly request: unknown) {
        super();
      }
    }
    const module = await application({ providers: [PerRequest] });
    const resolved = (id: ContextId) => module.resolve(PerRequest, id);
    const [one, other] = await Promise.all([resolved(ContextIdFactory.create()), resolved(ContextIdFactory.create())]);

    expect(one).not.to.equal(other);
    expect([await one.next(), await other.next()]).to.deep.equal([1, 1]);
    expect(other.runs).to.equal(0);
  });

  it('are cached for transient providers', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Transient extends SharedCounter {}
    const module = await application({ providers: [Transient] });
    const [one, other] = [await module.resolve(Transient), await module.resolve(Transient)];

    expect(one).not.to.equal(other);
    expect([await one.next(), await other.next(), other.runs]).to.deep.equal([1, 1, 0]);
  });

  it('are cached in instances of moduleRef.create()', async () => {
    const module = await application();
    const [one, other] = [await module.get(ModuleRef).create(SharedCounter), await module.get(ModuleRef).create(SharedCounter)];

    expect([await one.next(), await other.next(), other.runs]).to.deep.equal([1, 1, 0]);
  });

  it('are cached in modules that are loaded lazily', async () => {
    @Module({ providers: [Counter] })
    class LazyModule {}
    const module = await application();
    const lazy = await module.get(LazyModuleLoader).load(() => LazyModule);
    const counter = lazy.get(Counter);

    expect([await counter.next(), await counter.next()]).to.deep.equal([1, 1]);
  });

  it('use a cache that a test overrides', async () => {
    const wrap = sinon.stub().resolves('from the fake');
    const built = Test.createTestingModule({
      imports: [CacheableModule.register({ isGlobal: true })],
      providers: [CacheExplorer, Counter],
    });
    const module = await startApplication(await built.overrideProvider(CacheableService).useValue({ wrap }).compile());

    expect(await module.get(Counter).next()).to.equal('from the fake');
  });

  it('leave a class that a test overrides as it is', async () => {
    const mock = { next: () => 'mocked' };
    const built = Test.createTestingModule({
      imports: [CacheableModule.register({ isGlobal: true })],
      providers: [CacheExplorer, Counter],
    });
    const module = await startApplication(await built.overrideProvider(Counter).useValue(mock).compile());

    expect(module.get(Counter).next()).to.equal('mocked');
    expect(Reflect.ownKeys(mock)).to.deep.equal(['next']);
  });

  it('use the cache of their own application', async () => {
    const one = (await application({ providers: [Counter] })).get(Counter);
    const other = (await application({ providers: [Counter] })).get(Counter);

    await Promise.all([one.next(), one.next(), other.next(), other.next()]);

    expect([one.runs, other.runs]).to.deep.equal([1, 1]);
  });

  it('work on a provider that the cache itself needs', async function () {
    // Nest 11 does not detect cycles of three providers, and waits forever.
    if (nestVersion.startsWith('11.')) this.skip();
    @Injectable()
    class Settings extends Counter {
      readonly namespace = 'made-with';
    }
    @Module({ providers: [Settings], exports: [Settings] })
    class SettingsModule {}
    const caching = CacheableModule.registerAsync({
      isGlobal: true,
      imports: [SettingsModule],
      inject: [Settings],
      useFactory: ({ namespace }: Settings) => ({ namespace }),
    });
    const module = await bare({ imports: [caching] });
    const settings = module.get(Settings, { strict: false });

    expect([await settings.next(), await settings.next()]).to.deep.equal([1, 1]);
  });

  it('of classes with a namespace each share their tags with `sharedTags`', async () => {
    @Injectable()
    @CacheConfig({ namespace: 'users' })
    class Users extends SharedCounter {
      @Cacheable({ tags: (id: number) => [`user:${id}`] })
      async find(id: number): Promise<string> {
        return `user ${id}, run ${++this.runs}`;
      }
    }
    @Injectable()
    @CacheConfig({ namespace: 'orders' })
    class Orders {
      @CacheEvict({ tags: (id: number) => [`user:${id}`] })
      async add(id: number): Promise<string> {
        return `an order of ${id}`;
      }
    }
    const readsWith = async (sharedTags: boolean): Promise<string[]> => {
      const imports = [CacheableModule.register({ isGlobal: true, logger: false, sharedTags })];
      const module = await bare({ imports, providers: [Users, Orders] });
      const users = module.get(Users);
      await users.find(1);
      await users.find(2);
      await module.get(Orders).add(1);
      return [await users.find(1), await users.find(2)];
    };

    expect(await readsWith(false)).to.deep.equal(['user 1, run 1', 'user 2, run 2']);
    expect(await readsWith(true)).to.deep.equal(['user 1, run 3', 'user 2, run 2']);
  });

  describe('found at bootstrap', () => {
    it('are cached for factory and value providers, also in hooks of the bootstrap', async () => {
      class Value extends Counter {
        async onApplicationBootstrap(): Promise<void> {
          await this.next();
        }
      }
      const value = new Value();
      const providers = [
        { provide: 'made', useFactory: async () => new Counter() },
        { provide: Value, useValue: value },
        { provide: 'alias', useExisting: 'made' },
      ];
      const module = await application({ providers });
      const made = module.get<Counter>('made');

      expect([await made.next(), await made.next(), await value.next()]).to.deep.equal([1, 1, 1]);
    });

    it('are warned about once where the module sees no cache, whatever other modules import', async () => {
      const warn = sinon.stub(Logger.prototype, 'warn');
      @CacheConfig({ cache: 'sessions' })
      class Named extends Counter {}
      @Module({ imports: [CacheableModule.register()], providers: [CacheExplorer] })
      class OneModule {}
      @Module({ imports: [CacheableModule.register({ name: 'other' })], providers: [CacheExplorer] })
      class OtherModule {}
      @Module({
        providers: [Counter, { provide: Named, useFactory: () => new Named() }, { provide: 'alias', useExisting: Counter }],
      })
      class FeatureModule {}
      const module = await bare({ imports: [OneModule, OtherModule, FeatureModule] });

      expect(await module.get(Counter, { strict: false }).next()).to.equal(1);
      expect(warn.args.flat()).to.deep.equal([
        'Counter.next: no cache to use in FeatureModule: import CacheableModule.register() there, or register it with isGlobal; until then the methods run uncached',
        "Named.next: no cache to use in FeatureModule: import CacheableModule.register({ name: 'sessions' }) there, or register it with isGlobal; until then the methods run uncached",
      ]);
    });

    it('are warned about for request-scoped providers too', async () => {
      const warn = sinon.stub(Logger.prototype, 'warn');
      @Injectable({ scope: Scope.REQUEST })
      class PerRequest extends Counter {}

      await bare({ providers: [PerRequest] });

      expect(String(warn.args.flat())).to.match(/^PerRequest\.next: no cache/);
    });

    const twins = (config: Parameters<typeof CacheConfig>[0]) => {
      const one = (() => {
        class Twin extends Counter {}
        return Twin;
      })();
      const other = (() => {
        @CacheConfig(config)
        class Twin extends Counter {}
        return Twin;
      })();
      return [one, other];
    };

    it('are refused when two classes of one name would share entries', async () => {
      const built = await Test.createTestingModule({
        imports: [CacheableModule.register({ isGlobal: true })],
        providers: [CacheExplorer, ...twins({})],
      }).compile();

      const error = await built.init().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      // Nest 11 fails once more, with the same error.
      await built.close().catch(() => undefined);

      expect(error).to.have.property('code', 'CACHE_OPTION_INVALID');
      expect((error as Error).message).to.match(/^@Cacheable on Twin\.next: two classes are named Twin.*@CacheConfig\(\{ namespace \}\)$/);
    });

    it('may be of two classes of one name with a namespace each', async () => {
      const [One, Other] = twins({ namespace: 'twins' }) as [typeof Counter, typeof Counter];
      const module = await application({ providers: [One, Other] });

      await Promise.all([module.get(One).next(), module.get(Other).next()]);

      expect([module.get(One).runs, module.get(Other).runs]).to.deep.equal([1, 1]);
    });

    it('may belong to one instance with several tokens', async () => {
      const passing = { provide: 'passed on', inject: [Counter], useFactory: (counter: Counter) => counter };
      const module = await application({ providers: [Counter, { provide: 'alias', useExisting: Counter }, passing] });

      expect([await module.get(Counter).next(), await module.get<Counter>('passed on').next()]).to.deep.equal([1, 1]);
    });
  });

  describe('of controllers', () => {
    @Injectable()
    class RoleGuard implements CanActivate {
      constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

      canActivate(context: ExecutionContext): boolean {
        return this.reflector.get<string>('role', context.getHandler()) === 'reader';
      }
    }

    @Controller('items')
    class ItemController {
      runs = 0;

      @Cacheable({ key: (id: number) => `item:${id}` })
      @Get(':id')
      @UseGuards(RoleGuard)
      @SetMetadata('role', 'reader')
      async below(@Param('id', ParseIntPipe) id: number): Promise<object> {
        return { id, run: ++this.runs };
      }

      @Get('above/:id')
      @SetMetadata('role', 'reader')
      @UseGuards(RoleGuard)
      @Cacheable()
      async above(@Param('id', ParseIntPipe) id: number): Promise<object> {
        return { id, run: ++this.runs };
      }

      @CacheEvict({ key: ({ id }: { id: number }) => `item:${id}` })
      @Post()
      async save(@Body() item: { id: number }): Promise<object> {
        return item;
      }
    }

    it('keep routes, guards, pipes and parameters, in whichever order they are decorated', async () => {
      const module = await Test.createTestingModule({
        imports: [CacheableModule.register({ isGlobal: true })],
        controllers: [ItemController],
        providers: [CacheExplorer, RoleGuard],
      }).compile();
      const app = module.createNestApplication();
      await app.listen(0, '127.0.0.1');
      const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
      const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}/items/${path}`)).text();
      const body = JSON.stringify({ id: 1 });

      const answers = [await get('1'), await get('1'), await get('above/1'), await get('above/1'), await get('x')];
      await fetch(`http://127.0.0.1:${port}/items`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      answers.push(await get('1'));
      await app.close();

      expect(answers[4]).to.contain('"statusCode":400');
      expect(answers.map((answer) => (JSON.parse(answer) as { run?: number }).run)).to.deep.equal([1, 1, 2, 2, undefined, 3]);
    });
  });

  describe('of message handlers and gateways', () => {
    class InProcess extends Server implements CustomTransportStrategy {
      listen(callback: () => void): void {
        callback();
      }

      close(): void {
        this.messageHandlers.clear();
      }

      override on(): never {
        throw new Error('no events here');
      }

      override unwrap(): never {
        throw new Error('nothing inside');
      }

      async ask(pattern: string, data: unknown): Promise<unknown> {
        const answer: unknown = await this.getHandlerByPattern(pattern)?.(data);
        return lastValueFrom(this.transformToObservable(answer));
      }
    }

    @Controller()
    class MathController {
      runs = 0;

      @Cacheable()
      @MessagePattern('square')
      async square(@Payload() n: number): Promise<number> {
        this.runs++;
        return n * n;
      }

      @EventPattern('squared')
      @CacheEvict({ key: (n: number) => `MathController.square(${n})` })
      async forget(@Payload() n: number): Promise<number> {
        return n;
      }
    }

    it('answer messages from the cache', async () => {
      const module = await Test.createTestingModule({
        imports: [CacheableModule.register({ isGlobal: true })],
        controllers: [MathController],
        providers: [CacheExplorer],
      }).compile();
      const transport = new InProcess();
      const app = module.createNestApplication();
      app.connectMicroservice<CustomStrategy>({ strategy: transport });
      await app.init();
      await app.startAllMicroservices();

      const answers = [await transport.ask('square', 3), await transport.ask('square', 3)];
      await transport.ask('squared', 3);
      answers.push(await transport.ask('square', 3));
      await app.close();

      expect(answers).to.deep.equal([9, 9, 9]);
      expect(module.get(MathController).runs).to.equal(2);
    });

    it('keep the name, the length and the metadata of the method', () => {
      @WebSocketGateway()
      class ChatGateway {
        @Cacheable({ key: 'rooms' })
        @SubscribeMessage('rooms')
        @SetMetadata('Query', 'rooms')
        async rooms(@MessageBody() filter: string): Promise<string[]> {
          return [filter];
        }

        @SubscribeMessage('rooms')
        @SetMetadata('Query', 'rooms')
        async plain(@MessageBody() filter: string): Promise<string[]> {
          return [filter];
        }
      }
      const methodNamed = (name: string) => Reflect.get(ChatGateway.prototype, name) as (filter: string) => unknown;
      const metadataOf = (name: string) =>
        Reflect.getMetadataKeys(methodNamed(name)).map((key: unknown): unknown => Reflect.getMetadata(key, methodNamed(name)));

      expect(metadataOf('rooms')).to.deep.equal(metadataOf('plain'));
      expect([methodNamed('rooms').name, methodNamed('rooms').length]).to.deep.equal(['rooms', 1]);
    });
  });
});
