import { Controller, UseInterceptors, type INestApplication, type WebSocketAdapter } from '@nestjs/common';
import { type CustomTransportStrategy, MessagePattern, Payload, Server } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { expect } from 'chai';
import { EventEmitter } from 'node:events';
import { firstValueFrom, type Observable } from 'rxjs';
import { CacheScope } from '../../../src/nest';
import { both } from './both';

/** Messages in the same process. */
class LocalTransport extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    callback();
  }

  close(): void {
    this.messageHandlers.clear();
  }

  on(): void {
    throw new Error('there are no events here');
  }

  unwrap<T>(): T {
    throw new Error('there is no server below');
  }

  async ask(pattern: string, data: unknown): Promise<unknown> {
    const answer: unknown = await this.getHandlerByPattern(pattern)?.(data, { pattern });
    return firstValueFrom(this.transformToObservable(answer));
  }
}

type Handlers = Parameters<WebSocketAdapter['bindMessageHandlers']>[1];

/** One client in the same process. */
class LocalSockets implements WebSocketAdapter<EventEmitter, EventEmitter> {
  #handlers: Handlers = [];
  readonly #server = new EventEmitter();

  create(): EventEmitter {
    return this.#server;
  }

  bindClientConnect(server: EventEmitter, callback: (client: EventEmitter) => void): void {
    server.on('connection', callback);
  }

  bindMessageHandlers(_client: EventEmitter, handlers: Handlers): void {
    this.#handlers = handlers;
  }

  close(): void {
    this.#server.removeAllListeners();
  }

  /** Nest calls it, although the interface does not declare it. */
  dispose(): void {
    this.close();
  }

  async send(message: string, data: unknown): Promise<unknown> {
    this.#server.emit('connection', new EventEmitter());
    // Nest binds the handlers in the next turn.
    await new Promise(setImmediate);
    const answer = (await this.#handlers.find((handler) => handler.message === message)?.callback(data)) as Observable<unknown> | undefined;
    return answer && firstValueFrom(answer);
  }
}

describe('the traps of the original, with messages', () => {
  let app: INestApplication;

  afterEach(() => app.close());

  for (const { name, compat, expected } of both({ original: 2, ours: 1 })) {
    it(`[trap-3] in a hybrid application two equal messages run the handler: ${name}, ${expected} times`, async () => {
      let runs = 0;
      @Controller()
      @UseInterceptors(compat.CacheInterceptor)
      class RatesController {
        @MessagePattern('rates')
        @compat.CacheKey('rates')
        @CacheScope('public')
        rates(@Payload() currency: string) {
          runs++;
          return { currency };
        }
      }
      const transport = new LocalTransport();
      app = await started({ imports: [compat.CacheModule.register()], controllers: [RatesController] }, (nest) =>
        nest.connectMicroservice({ strategy: transport }, { inheritAppConfig: true }),
      );

      const answers = [await transport.ask('rates', 'EUR'), await transport.ask('rates', 'EUR')];

      expect(answers).to.deep.equal([{ currency: 'EUR' }, { currency: 'EUR' }]);
      expect(runs).to.equal(expected);
    });

    it(`[trap-4] two equal messages to a gateway run the handler: ${name}, ${expected} times`, async () => {
      let runs = 0;
      @WebSocketGateway()
      @UseInterceptors(compat.CacheInterceptor)
      class RatesGateway {
        @SubscribeMessage('rates')
        @compat.CacheKey('rates')
        @CacheScope('public')
        rates(_client: unknown, currency: string) {
          runs++;
          return { currency };
        }
      }
      const sockets = new LocalSockets();
      app = await started({ imports: [compat.CacheModule.register()], providers: [RatesGateway] }, (nest) =>
        nest.useWebSocketAdapter(sockets),
      );

      const answers = [await sockets.send('rates', 'EUR'), await sockets.send('rates', 'EUR')];

      expect(answers).to.deep.equal([{ currency: 'EUR' }, { currency: 'EUR' }]);
      expect(runs).to.equal(expected);
    });
  }
});

async function started(
  metadata: Parameters<typeof Test.createTestingModule>[0],
  prepare: (app: INestApplication) => unknown,
): Promise<INestApplication> {
  const nest = (await Test.createTestingModule(metadata).compile()).createNestApplication();
  prepare(nest);
  await nest.startAllMicroservices();
  return nest.init();
}
