import { Controller, Get, UseInterceptors, type INestApplication, type INestMicroservice } from '@nestjs/common';
import {
  ClientProxyFactory,
  Ctx,
  MessagePattern,
  Payload,
  TcpContext,
  Transport,
  type ClientProxy,
  type MicroserviceOptions,
  type TcpOptions,
} from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { expect } from 'chai';
import { once, type EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { EMPTY, firstValueFrom, lastValueFrom, NEVER, of, take, toArray, concat, throwError, type Observable } from 'rxjs';
import { CacheableInterceptor, CacheableModule, CacheableService, CacheTags } from '../../../src/nest';
import { CacheKey, CacheScope } from '../../../src/nest/decorators/handler.decorators';
import { freePort } from '../../support/free-port';
import { storedResponse, Runs } from './support';

let runs = new Runs();

@Controller()
@UseInterceptors(CacheableInterceptor)
class MessagesController {
  @MessagePattern('sum')
  @CacheKey('sum')
  sum(@Payload() numbers: number[]) {
    return { run: runs.count('sum'), numbers };
  }

  @MessagePattern('tagged')
  @CacheKey('tagged')
  @CacheTags('messages', { body: (numbers: number[]) => numbers.map((number) => `number:${number}`), sendTags: true })
  tagged(@Payload() numbers: number[]) {
    runs.count('tagged');
    return numbers;
  }

  @MessagePattern('nil')
  @CacheKey('null')
  nothing() {
    runs.count('null');
    return null;
  }

  @MessagePattern('one')
  @CacheKey('one')
  one() {
    return of({ run: runs.count('one') });
  }

  @MessagePattern('many')
  @CacheKey('many')
  many() {
    runs.count('many');
    return of('a', 'b', 'c');
  }

  @MessagePattern('endless')
  @CacheKey('endless')
  endless() {
    runs.count('endless');
    return concat(of('first'), NEVER);
  }

  @MessagePattern('none')
  @CacheKey('none')
  none(): Observable<never> {
    runs.count('none');
    return EMPTY;
  }

  @MessagePattern('broken')
  @CacheKey('broken')
  broken() {
    runs.count('broken');
    return throwError(() => new Error('broken'));
  }

  @MessagePattern('unnamed')
  unnamed() {
    return { run: runs.count('unnamed') };
  }

  @MessagePattern('user')
  @CacheKey('user')
  @CacheScope('user')
  user() {
    return { run: runs.count('user') };
  }

  @MessagePattern('context')
  @CacheKey('context')
  context(@Payload() _numbers: number[], @Ctx() context: TcpContext) {
    return { run: runs.count('context'), pattern: context.getPattern() };
  }

  @MessagePattern('public-context')
  @CacheKey('public-context')
  @CacheScope('public')
  publicContext(@Ctx() context: TcpContext) {
    return { run: runs.count('public-context'), pattern: context.getPattern() };
  }

  @Get('page')
  page() {
    return { run: runs.count('page') };
  }
}

const tcp = (port: number): TcpOptions => ({ transport: Transport.TCP, options: { port, host: '127.0.0.1' } });

const started = {
  microservice: async (port: number): Promise<INestMicroservice> => {
    const module = await Test.createTestingModule({ imports: [CacheableModule.register({})], controllers: [MessagesController] }).compile();
    const create = module.createNestMicroservice.bind(module) as (options: TcpOptions) => INestMicroservice;
    const service = create(tcp(port));
    await service.listen();
    return service;
  },
  'hybrid application': async (port: number): Promise<INestApplication> => {
    const module = await Test.createTestingModule({ imports: [CacheableModule.register({})], controllers: [MessagesController] }).compile();
    const app = module.createNestApplication(new ExpressAdapter());
    app.connectMicroservice<MicroserviceOptions>(
      { transport: Transport.TCP, options: { port, host: '127.0.0.1' } },
      { inheritAppConfig: true },
    );
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    return app;
  },
};

for (const [kind, start] of Object.entries(started)) {
  describe(`CacheableInterceptor in a ${kind}`, () => {
    let app: INestApplication | INestMicroservice;
    let client: ClientProxy;

    const ask = (pattern: string, data: unknown = {}): Promise<unknown> => lastValueFrom(client.send(pattern, data));

    beforeEach(async () => {
      runs = new Runs();
      const port = await freePort();
      app = await start(port);
      client = ClientProxyFactory.create({ transport: Transport.TCP, options: { port, host: '127.0.0.1' } });
    });

    afterEach(async () => {
      await client.close();
      await app.close();
    });

    it('answers the second equal message from the cache', async () => {
      expect(await ask('sum', [1, 2])).to.deep.equal({ run: 1, numbers: [1, 2] });
      expect(await ask('sum', [1, 2])).to.deep.equal({ run: 1, numbers: [1, 2] });
      expect(await ask('sum', [2, 1])).to.deep.equal({ run: 2, numbers: [2, 1] });
    });

    it('tags answers', async () => {
      await ask('tagged', [1, 2]);
      await ask('tagged', [1, 2]);
      expect(runs.of('tagged')).to.equal(1);

      await app.get(CacheableService).delByTag('number:2');

      await ask('tagged', [1, 2]);
      expect(runs.of('tagged')).to.equal(2);
    });

    it('leaves the key of an empty message as it is', async () => {
      await ask('one');

      expect(storedResponse(app.get(CacheableService), 'one')).to.deep.equal({ run: 1 });
    });

    it('caches null', async () => {
      expect([await ask('nil'), await ask('nil')]).to.deep.equal([null, null]);
      expect(runs.of('null')).to.equal(1);
    });

    it('caches an Observable of one value', async () => {
      expect([await ask('one'), await ask('one')]).to.deep.equal([{ run: 1 }, { run: 1 }]);
    });

    it('passes on every value of a stream, each time', async () => {
      const read = (): Promise<unknown> => lastValueFrom(client.send('many', {}).pipe(toArray()));

      expect([await read(), await read()]).to.deep.equal([
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ]);
      expect(runs.of('many')).to.equal(2);
    });

    it('holds nothing of a stream back that does not end', async () => {
      expect(await firstValueFrom(client.send('endless', {}).pipe(take(1)))).to.equal('first');
      expect(await firstValueFrom(client.send('endless', {}).pipe(take(1)))).to.equal('first');
      expect(runs.of('endless')).to.equal(2);
    });

    it('leaves a stream of nothing one', async () => {
      expect(await lastValueFrom(client.send('none', {}).pipe(toArray()))).to.deep.equal([]);
    });

    it('stores no error', async () => {
      for (let time = 0; time < 2; time++) await ask('broken').catch(() => undefined);

      expect(runs.of('broken')).to.equal(2);
    });

    for (const pattern of ['unnamed', 'user']) {
      it(`runs the handler of ${pattern}, which has no key or an unknown caller`, async () => {
        expect([await ask(pattern), await ask(pattern)]).to.deep.equal([{ run: 1 }, { run: 2 }]);
      });
    }

    it('runs a handler that gets the context of the message each time, unless its answer is public', async () => {
      const answers = [await ask('context'), await ask('context')].map((answer) => (answer as { run: number }).run);
      expect(answers).to.deep.equal([1, 2]);
      for (let time = 0; time < 2; time++) await ask('public-context');
      expect(runs.of('public-context')).to.equal(1);
    });

    if (kind === 'hybrid application') {
      it('caches requests beside messages', async () => {
        const page = async (): Promise<unknown> =>
          (await fetch(`${(await (app as INestApplication).getUrl()).replace('[::1]', '127.0.0.1')}/page`)).json();

        expect([await page(), await page()]).to.deep.equal([{ run: 1 }, { run: 1 }]);
      });
    }
  });
}

/** Node 20 has no client; this one comes with Nest's adapter. */
interface WebSocketClient extends EventEmitter {
  send(text: string): void;
  close(): void;
}
const requireFromAdapter = createRequire(require.resolve('@nestjs/platform-ws'));
const { WebSocket } = requireFromAdapter('ws') as { WebSocket: new (url: string) => WebSocketClient };

/** As a guard leaves it. */
interface Client {
  user?: unknown;
}

@WebSocketGateway()
@UseInterceptors(CacheableInterceptor)
class Gateway {
  @SubscribeMessage('sum')
  @CacheKey('sum')
  @CacheScope('public')
  sum(@MessageBody() data: unknown) {
    return { event: 'sum', data: { run: runs.count('sum'), data } };
  }

  @SubscribeMessage('many')
  @CacheKey('many')
  many() {
    runs.count('many');
    return of({ event: 'many', data: 1 }, { event: 'many', data: 2 });
  }

  @SubscribeMessage('login')
  login(@ConnectedSocket() client: Client, @MessageBody() id: number) {
    client.user = { id };
    return { event: 'login', data: id };
  }

  @SubscribeMessage('room')
  @CacheKey('room')
  room(@ConnectedSocket() _client: Client, @MessageBody() id: number) {
    return { event: 'room', data: { run: runs.count('room'), id } };
  }

  @SubscribeMessage('bare')
  @CacheKey('bare')
  bare(_client: Client, id: number) {
    return { event: 'bare', data: { run: runs.count('bare'), id } };
  }

  @SubscribeMessage('mine')
  @CacheKey('mine')
  @CacheScope('user')
  mine() {
    return { event: 'mine', data: { run: runs.count('mine') } };
  }
}

const dataOf = (message: Buffer): unknown => (JSON.parse(message.toString()) as { data: unknown }).data;

describe('CacheableInterceptor on a WebSocket gateway', () => {
  let app: INestApplication;
  let socket: WebSocketClient;

  const send = (event: string, data?: unknown): void => {
    socket.send(JSON.stringify({ event, data }));
  };
  const heard = async (): Promise<unknown> => {
    const [message] = (await once(socket, 'message')) as [Buffer];
    return dataOf(message);
  };
  const ask = async (event: string, data?: unknown): Promise<unknown> => {
    send(event, data);
    return heard();
  };

  beforeEach(async () => {
    runs = new Runs();
    const module = await Test.createTestingModule({ imports: [CacheableModule.register({})], providers: [Gateway] }).compile();
    app = module.createNestApplication(new ExpressAdapter());
    app.useWebSocketAdapter(new WsAdapter(app));
    await app.listen(0, '127.0.0.1');
    socket = new WebSocket((await app.getUrl()).replace('[::1]', '127.0.0.1').replace('http', 'ws'));
    await once(socket, 'open');
  });

  afterEach(async () => {
    socket.close();
    await app.close();
  });

  it('answers the second equal message from the cache', async () => {
    expect(await ask('sum', { a: 1 })).to.deep.equal({ run: 1, data: { a: 1 } });
    expect(await ask('sum', { a: 1 })).to.deep.equal({ run: 1, data: { a: 1 } });
    expect(await ask('sum', { a: 2 })).to.deep.equal({ run: 2, data: { a: 2 } });
  });

  for (const event of ['room', 'bare']) {
    it(`runs the handler of ${event}, which gets the client, each time`, async () => {
      expect([await ask(event, 1), await ask(event, 1)]).to.deep.equal([
        { run: 1, id: 1 },
        { run: 2, id: 1 },
      ]);
    });
  }

  it('passes on every value of a stream, each time', async () => {
    for (let time = 0; time < 2; time++) {
      const both: unknown[] = [];
      const listen = (message: Buffer): unknown => both.push(dataOf(message));
      socket.on('message', listen);
      send('many');
      while (both.length < 2) await once(socket, 'message');
      socket.off('message', listen);
      expect(both).to.deep.equal([1, 2]);
    }
    expect(runs.of('many')).to.equal(2);
  });

  it('knows whose an answer is by the user of the connection', async () => {
    expect([await ask('mine'), await ask('mine')]).to.deep.equal([{ run: 1 }, { run: 2 }]);
    await ask('login', 7);

    expect([await ask('mine'), await ask('mine')]).to.deep.equal([{ run: 3 }, { run: 3 }]);
  });
});
