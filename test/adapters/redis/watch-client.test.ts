import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import type { RedisClient } from '../../../src/adapters/redis/redis-client';
import { watchClient } from '../../../src/adapters/redis/watch-client';

function setUp(status: string) {
  const emitter = Object.assign(new EventEmitter(), { status });
  const told: string[] = [];
  const unwatch = watchClient(emitter as unknown as RedisClient, {
    ready: () => told.push('ready'),
    failed: (reason) => told.push(`failed: ${reason}`),
    lost: (reason) => told.push(reason === undefined ? 'lost' : `lost: ${reason}`),
  });
  return { emitter, told, unwatch };
}

describe('The events of ioredis', () => {
  it('begin with ready where the client already is', () => {
    expect([setUp('ready').told, setUp('connecting').told]).to.deep.equal([['ready'], []]);
  });

  it('each say what they mean for the connection', () => {
    const { emitter, told } = setUp('connecting');

    for (const event of ['connecting', 'connect', 'ready', 'close', 'reconnecting', 'end']) emitter.emit(event);
    emitter.emit('error', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));

    expect(told).to.deep.equal(['lost: connected, but the server is not ready', 'ready', 'lost', 'lost', 'lost', 'failed: ECONNREFUSED']);
  });

  it('do not hide the reason behind what ioredis says of its own greeting', () => {
    const { emitter, told } = setUp('connecting');

    emitter.emit('error', new Error('write EPIPE'));
    emitter.emit('error', new Error("Stream isn't writeable and enableOfflineQueue options is false"));

    expect(told).to.deep.equal(['failed: write EPIPE']);
  });

  it('are not listened to any more afterwards', () => {
    const { emitter, unwatch } = setUp('ready');

    unwatch();

    expect(emitter.eventNames()).to.deep.equal([]);
  });
});
