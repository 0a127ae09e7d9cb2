import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import type { RedisClient } from '../../../src/adapters/redis/redis-client';
import { Subscription } from '../../../src/adapters/redis/subscription';
import { FakeClock } from '../../../src/testing';

/** A client that does what the test says. */
class ToldClient extends EventEmitter {
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
  let clients: ToldClient[];
  let told: string[];
  let close: () => void;
  let nothingToDial: boolean;
  let subscription: Subscription;

  const open = () => {
    subscription = new Subscription({
      channel: 'news',
      newClient: () => {
        if (nothingToDial) return undefined;
        const client = new ToldClient();
        clients.push(client);
        return client as unknown as RedisClient;
      },
      clock,
      onStanding: () => told.push('stands'),
      onMessage: (text) => told.push(text),
    });
    close = subscription.open({
      ready: () => told.push('ready'),
      failed: (reason) => told.push(`failed: ${reason}`),
      lost: (reason) => told.push(reason === undefined ? 'lost' : `lost: ${reason}`),
    });
  };
  const newest = (): ToldClient => clients.at(-1)!;
  const stand = async () => {
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
    [clients, told, nothingToDial] = [[], [], false];
    open();
  });

  afterEach(() => close());

  it('stands once the server has confirmed it, and not when it is merely ready', async () => {
    newest().emit('ready');
    const before = [...told];
    await turn();

    expect([before, told]).to.deep.equal([[], ['stands', 'ready']]);
  });

  it('dials ever less often while it flaps, and soon again after it has held', async () => {
    const delays: number[] = [];
    for (let flap = 0; flap < 10; flap += 1) {
      await stand();
      delays.push(await untilNext());
    }
    await stand();
    await clock.advance(5_000);
    const afterCalm = await untilNext();

    expect(delays[0]).to.be.within(25, 50);
    for (const delay of delays.slice(7)) expect(delay).to.be.within(1_000, 2_000);
    expect(afterCalm).to.be.within(25, 50);
  });

  it('says that the server refuses, and tries again later', async () => {
    newest().refusal = new Error('NOPERM this user has no permissions to access one of the channels');
    await stand();
    expect(told).to.deep.equal(['failed: NOPERM', 'lost']);

    await clock.advance(50);
    await stand();

    expect(told.slice(2)).to.deep.equal(['stands', 'ready']);
  });

  it('tries again while there is nothing to connect to', async () => {
    nothingToDial = true;
    newest().disconnect();
    await clock.advance(50);
    nothingToDial = false;
    await clock.advance(100);
    await stand();

    expect(told).to.deep.equal(['lost', 'lost: no node is known', 'stands', 'ready']);
  });
  it('hears nothing any more of a connection that was closed, whatever it still says', async () => {
    const client = newest();
    client.emit('ready');
    close();
    client.emit('message', 'news', 'late');
    client.emit('error', new Error('late'));
    await clock.advance(60_000);

    expect([told, clients.length, clock.waiting]).to.deep.equal([[], 1, 0]);
  });

  it('does not dial any more when it is closed before the next attempt', async () => {
    newest().disconnect();

    close();
    await clock.advance(60_000);

    expect([clients.length, clock.waiting]).to.deep.equal([1, 0]);
  });

  it('is not revived when it is closed by somebody who is just told of its loss', async () => {
    close();
    clients = [];
    let hangUp = (): void => undefined;
    hangUp = subscription.open({ ready: () => undefined, failed: () => undefined, lost: () => hangUp() });

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
