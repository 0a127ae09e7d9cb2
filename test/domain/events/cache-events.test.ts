import { expect } from 'chai';

import { CacheEmitter } from '../../../src/domain/events/cache-events';
import { RecordingLogger } from '../../../src/testing/recording-logger';
import { testKey } from '../../../src/testing/suite-tools';

const miss = { key: testKey('a') };

describe('CacheEmitter', () => {
  let logger: RecordingLogger;
  let emitter: CacheEmitter;

  beforeEach(() => {
    logger = new RecordingLogger();
    emitter = new CacheEmitter(logger);
  });

  it('calls every listener of an event, in the order in which they were added', () => {
    const notified: unknown[] = [];
    emitter.on('miss', (event) => notified.push('first', event));
    emitter.on('miss', (event) => notified.push('second', event));
    emitter.on('hit', () => notified.push('not this one'));

    emitter.emit('miss', miss);

    expect(notified).to.deep.equal(['first', miss, 'second', miss]);
  });

  it('stops notifying a removed listener, and only that one', () => {
    const notified: string[] = [];
    const stop = emitter.on('miss', () => notified.push('stopped'));
    emitter.on('miss', () => notified.push('still there'));

    stop();
    stop();
    emitter.emit('miss', miss);

    expect(notified).to.deep.equal(['still there']);
  });

  it('leaves a later listener alone when a removed one is removed again', () => {
    const stop = emitter.on('miss', () => undefined);
    stop();
    const notified: unknown[] = [];
    emitter.on('miss', (event) => notified.push(event));

    stop();
    emitter.emit('miss', miss);

    expect(notified).to.deep.equal([miss]);
  });

  it('calls nothing where no listener is left', () => {
    emitter.on('miss', () => undefined)();

    emitter.emit('miss', miss);

    expect(logger.lines).to.deep.equal([]);
  });

  it('takes the same listener twice, and stops it one by one', () => {
    let notified = 0;
    const listener = () => (notified += 1);
    const stopFirst = emitter.on('miss', listener);
    emitter.on('miss', listener);

    emitter.emit('miss', miss);
    stopFirst();
    emitter.emit('miss', miss);

    expect(notified).to.equal(3);
  });

  it('knows whether there are listeners, so that no payload is made without one', () => {
    expect(emitter.has('miss')).to.equal(false);
    const stop = emitter.on('miss', () => undefined);
    expect([emitter.has('miss'), emitter.has('hit')]).to.deep.equal([true, false]);
    stop();
    expect(emitter.has('miss')).to.equal(false);
  });

  it('calls the other listeners when one throws, and logs it without the message of the error', () => {
    let notified = 0;
    emitter.on('miss', () => {
      throw new Error('a secret of the application');
    });
    emitter.on('miss', () => (notified += 1));

    emitter.emit('miss', miss);

    expect(notified).to.equal(1);
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
    let notified = 0;
    let leave = (): void => undefined;
    const comeBack = (): void => {
      notified += 1;
      leave();
      if (notified < 10) leave = emitter.on('miss', comeBack);
    };
    emitter.on('miss', () => undefined);
    leave = emitter.on('miss', comeBack);

    emitter.emit('miss', { key: testKey('a') });

    expect(notified).to.equal(1);
  });
});
