import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import type { RedisClient } from '../../../src/adapters/redis/redis-client';
import { watchClient } from '../../../src/adapters/redis/client-lifetime';

function setUp(status: string) {
  const emitter = Object.assign(new EventEmitter(), { status, options: {} });
  const signals: string[] = [];
  const unwatch = watchClient(emitter as unknown as RedisClient, {
    ready: () => signals.push('ready'),
    failed: (reason) => signals.push(`failed: ${reason}`),
    lost: (reason) => signals.push(reason === undefined ? 'lost' : `lost: ${reason}`),
  });
  return { emitter, signals, unwatch };
}

describe('The events of ioredis', () => {
  it('begin with ready where the client already is', () => {
    expect([setUp('ready').signals, setUp('connecting').signals]).to.deep.equal([['ready'], []]);
  });

  it('are translated into signals', () => {
    const { emitter, signals } = setUp('connecting');

    for (const event of ['connecting', 'connect', 'ready', 'close', 'reconnecting', 'end']) emitter.emit(event);
    emitter.emit('error', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));

    expect(signals).to.deep.equal([
      'lost: connected, but the server is not ready',
      'ready',
      'lost',
      'lost',
      'lost',
      'failed: ECONNREFUSED',
    ]);
  });

  it('do not replace the reason by the error of the handshake', () => {
    const { emitter, signals } = setUp('connecting');

    emitter.emit('error', new Error('write EPIPE'));
    emitter.emit('error', new Error("Stream isn't writeable and enableOfflineQueue options is false"));

    expect(signals).to.deep.equal(['failed: write EPIPE']);
  });

  it('have no listeners any more afterwards', () => {
    const { emitter, unwatch } = setUp('ready');

    unwatch();

    expect(emitter.eventNames()).to.deep.equal([]);
  });
});
