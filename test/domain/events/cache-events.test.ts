import { expect } from 'chai';

import { CacheEmitter } from '../../../src/domain/events/cache-events';
import { RecordingLogger } from '../../../src/testing/recording-logger';
import { testKey } from '../../../src/testing/test-key';

const miss = { key: testKey('a') };

describe('CacheEmitter', () => {
  let logger: RecordingLogger;
  let emitter: CacheEmitter;

  beforeEach(() => {
    logger = new RecordingLogger();
    emitter = new CacheEmitter(logger);
  });

  it('calls every listener of an event, in the order in which they were added', () => {
    const told: unknown[] = [];
    emitter.on('miss', (event) => told.push('first', event));
    emitter.on('miss', (event) => told.push('second', event));
    emitter.on('hit', () => told.push('not this one'));

    emitter.emit('miss', miss);

    expect(told).to.deep.equal(['first', miss, 'second', miss]);
  });

  it('stops telling a listener that was stopped, and only that one', () => {
    const told: string[] = [];
    const stop = emitter.on('miss', () => told.push('stopped'));
    emitter.on('miss', () => told.push('still there'));

    stop();
    stop();
    emitter.emit('miss', miss);

    expect(told).to.deep.equal(['still there']);
  });

  it('takes the same listener twice, and stops it one by one', () => {
    let told = 0;
    const listener = () => (told += 1);
    const stopFirst = emitter.on('miss', listener);
    emitter.on('miss', listener);

    emitter.emit('miss', miss);
    stopFirst();
    emitter.emit('miss', miss);

    expect(told).to.equal(3);
  });

  it('knows whether there are listeners, so that no payload is made without one', () => {
    expect(emitter.has('miss')).to.equal(false);
    const stop = emitter.on('miss', () => undefined);
    expect([emitter.has('miss'), emitter.has('hit')]).to.deep.equal([true, false]);
    stop();
    expect(emitter.has('miss')).to.equal(false);
  });

  it('calls the other listeners when one throws, and logs it without the message of the error', () => {
    let told = 0;
    emitter.on('miss', () => {
      throw new Error('a secret of the application');
    });
    emitter.on('miss', () => (told += 1));

    emitter.emit('miss', miss);

    expect(told).to.equal(1);
    expect(logger.messages('error')).to.deep.equal(["a listener of the cache event 'miss' threw"]);
  });

  it('treats an async listener that rejects as one that throws', async () => {
    emitter.on('miss', async () => {
      throw new Error('later');
    });

    emitter.emit('miss', miss);
    await new Promise(setImmediate);

    expect(logger.messages('error')).to.deep.equal(["a listener of the cache event 'miss' threw"]);
  });

  it('calls a listener once that is removed and added again during the call', () => {
    const emitter = new CacheEmitter(new RecordingLogger());
    let told = 0;
    let leave = (): void => undefined;
    const comeBack = (): void => {
      told += 1;
      leave();
      if (told < 10) leave = emitter.on('miss', comeBack);
    };
    emitter.on('miss', () => undefined);
    leave = emitter.on('miss', comeBack);

    emitter.emit('miss', { key: testKey('a') });

    expect(told).to.equal(1);
  });
});
