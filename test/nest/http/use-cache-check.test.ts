import { Controller, Get, Global, Inject, Injectable, Logger, Module, UseInterceptors, type ModuleMetadata } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { MessagePattern } from '@nestjs/microservices';
import { Test, type TestingModule } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { expect } from 'chai';
import sinon from 'sinon';
import { CacheableInterceptor, CacheableModule, CacheKey, UseCache } from '../../../src/nest';
import { getCacheToken } from '../../../src/nest/shared/cacheable.service';
import { WebApp } from './support';
import { nestWarnings } from '../../support/nest-warnings';

class Handlers {
  @Get('reports')
  @UseCache('reports')
  reports(): string {
    return 'reports';
  }
}

@Controller()
@UseInterceptors(CacheableInterceptor)
class ReportsController extends Handlers {
  @Get('plain')
  plain(): string {
    return 'plain';
  }

  @MessagePattern('totals')
  @CacheKey('totals')
  @UseCache('totals')
  totals(): string {
    return 'totals';
  }
}

@WebSocketGateway()
@UseInterceptors(CacheableInterceptor)
@UseCache('chat')
class ChatGateway {
  @SubscribeMessage('rooms')
  @CacheKey('rooms')
  rooms(): string[] {
    return [];
  }
}

const named = (name: string) => CacheableModule.register({ name });

@Module({ imports: [named('reports')] })
class LazyModule {}

describe('@UseCache at bootstrap', () => {
  const warn = nestWarnings();
  let module: TestingModule;

  async function start({ imports = [], ...rest }: ModuleMetadata): Promise<void> {
    module = await Test.createTestingModule({ imports: [CacheableModule.register({ isGlobal: true }), ...imports], ...rest }).compile();
    await module.init();
  }

  afterEach(() => module.close());

  it('logs once the handlers and gateways that name a missing cache', async () => {
    @Module({ controllers: [ReportsController] })
    class AgainModule {}
    await start({ imports: [named('other'), AgainModule], controllers: [ReportsController], providers: [ChatGateway] });

    expect(warn.args.flat()).to.have.members([
      "ReportsController.reports: @UseCache('reports'), and no module registers that cache: import CacheableModule.register({ name: 'reports' }), or its calls fail",
      "ReportsController.totals: @UseCache('totals'), and no module registers that cache: import CacheableModule.register({ name: 'totals' }), or its calls fail",
      "ChatGateway: @UseCache('chat'), and no module registers that cache: import CacheableModule.register({ name: 'chat' }), or its calls fail",
    ]);
  });

  it('says nothing where every cache is there, wherever it was registered or put', async () => {
    const chat = { provide: getCacheToken('chat'), useValue: {} };
    @Global()
    @Module({ providers: [chat], exports: [chat] })
    class ChatModule {}
    await start({ imports: [named('reports'), named('totals'), ChatModule], controllers: [ReportsController], providers: [ChatGateway] });

    expect(warn.args).to.deep.equal([]);
  });

  it('says nothing of a name that a handler overrides its class with', async () => {
    @UseCache('reports')
    class Named {
      @UseCache('totals')
      find(): string {
        return '';
      }
    }
    await start({ imports: [named('totals')], controllers: [Named] });

    expect(warn.args.flat()).to.have.lengthOf(1);
    expect(String(warn.args.flat())).to.match(/^Named: @UseCache\('reports'\)/);
  });

  it('sees caches of modules that are loaded lazily while the application starts', async () => {
    @Injectable()
    class Loading {
      constructor(@Inject(LazyModuleLoader) private readonly loader: LazyModuleLoader) {}

      async onModuleInit(): Promise<void> {
        await this.loader.load(() => LazyModule);
      }
    }
    await start({ imports: [named('totals')], controllers: [ReportsController], providers: [Loading] });

    expect(warn.args).to.deep.equal([]);
  });

  it('lets an application start whose cache is loaded later', async () => {
    const app = await WebApp.start('Express', [ReportsController], [CacheableModule.register({ isGlobal: true }), named('totals')]);
    module = app.nest as unknown as TestingModule;
    sinon.stub(Logger.prototype, 'error');

    expect((await app.see('/reports')).status).to.equal(500);
    await app.nest.get(LazyModuleLoader).load(() => LazyModule);

    expect((await app.see('/reports')).status).to.equal(200);
  });
});
