import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { Subscription } from '../../../src/adapters/bus/subscription';
import type { RedisClient } from '../../../src/adapters/redis/redis-client';
import { Subscriber } from '../../../src/adapters/redis/redis-bus';
import { FakeClock } from '../../../src/testing';

/** A client whose events the test emits. */
class ScriptedClient extends EventEmitter {
  status = 'wait';
  refusal: Error | undefined;
  readonly connect = () => Promise.resolve();
  readonly ping = () => Promise.resolve('PONG');

  subscribe(): Promise<void> {
    return this.refusal === undefined ? Promise.resolve() : Promise.reject(this.refusal);
  }

  disconnect(): void {
    this.status = 'end';
    this.emit('end');
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('The subscription of ioredis', () => {
  let clock: FakeClock;
  let clients: ScriptedClient[];
  let signals: string[];
  let close: () => void;
  let noNode: boolean;
  let subscription: Subscription;

  const open = () => {
    subscription = new Subscription({
      connect: (events) => {
        if (noNode) return undefined;
        const client = new ScriptedClient();
        clients.push(client);
        return new Subscriber(client as unknown as RedisClient, 'news', events);
      },
      clock,
      onSubscribed: () => signals.push('subscribed'),
      onMessage: (text) => signals.push(text),
    });
    close = subscription.open({
      ready: () => signals.push('ready'),
      failed: (reason) => signals.push(`failed: ${reason}`),
      lost: (reason) => signals.push(reason === undefined ? 'lost' : `lost: ${reason}`),
    });
  };
  const newest = (): ScriptedClient => clients.at(-1)!;
  const subscribed = async () => {
    newest().emit('ready');
    await turn();
  };
  /** Milliseconds from the loss of the newest connection until the next is made. */
  const untilNext = async () => {
    const [before, start] = [clients.length, clock.elapsed()];
    newest().disconnect();
    while (clients.length === before) await clock.advance(1);
    return clock.elapsed() - start;
  };

  beforeEach(() => {
    clock = new FakeClock();
    [clients, signals, noNode] = [[], [], false];
    open();
  });

  afterEach(() => close());

  it('is up once the server has confirmed it, not when the client is ready', async () => {
    newest().emit('ready');
    const before = [...signals];
    await turn();

    expect([before, signals]).to.deep.equal([[], ['subscribed', 'ready']]);
  });

  it('connects less and less often while it flaps, and soon again after it has held', async () => {
    const delays: number[] = [];
    for (let flap = 0; flap < 10; flap += 1) {
      await subscribed();
      delays.push(await untilNext());
    }
    await subscribed();
    await clock.advance(5_000);
    const afterCalm = await untilNext();

    expect(delays[0]).to.be.within(25, 50);
    for (const delay of delays.slice(7)) expect(delay).to.be.within(1_000, 2_000);
    expect(afterCalm).to.be.within(25, 50);
  });

  it('reports a refusal of the server, and tries again later', async () => {
    newest().refusal = new Error('NOPERM this user has no permissions to access one of the channels');
    await subscribed();
    expect(signals).to.deep.equal(['failed: NOPERM', 'lost']);

    await clock.advance(50);
    await subscribed();

    expect(signals.slice(2)).to.deep.equal(['subscribed', 'ready']);
  });

  it('tries again while there is nothing to connect to', async () => {
    noNode = true;
    newest().disconnect();
    await clock.advance(50);
    noNode = false;
    await clock.advance(100);
    await subscribed();

    expect(signals).to.deep.equal(['lost', 'lost: no node is known', 'subscribed', 'ready']);
  });
  it('ignores late events of a connection that was closed', async () => {
    const client = newest();
    client.emit('ready');
    close();
    client.emit('message', 'news', 'late');
    client.emit('error', new Error('late'));
    await clock.advance(60_000);

    expect([signals, clients.length, clock.waiting]).to.deep.equal([[], 1, 0]);
  });

  it('does not connect any more when it is closed before the next attempt', async () => {
    newest().disconnect();

    close();
    await clock.advance(60_000);

    expect([clients.length, clock.waiting]).to.deep.equal([1, 0]);
  });

  it('stays closed when a listener closes it while it is notified of the loss', async () => {
    close();
    clients = [];
    let stop = (): void => undefined;
    stop = subscription.open({ ready: () => undefined, failed: () => undefined, lost: () => stop() });

    newest().disconnect();
    await clock.advance(60_000);

    expect([clients.length, clock.waiting]).to.deep.equal([1, 0]);
  });

  it('rejects a PING while there is no connection', async () => {
    newest().disconnect();

    const outcome = await subscription.ping().catch((error: unknown) => error);

    expect(outcome).to.have.property('message', 'not connected');
  });
});
