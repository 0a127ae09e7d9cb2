import { expect } from 'chai';
import sinon from 'sinon';

import { consoleLogger } from '../../../src/adapters/system/console-logger';

describe('consoleLogger', () => {
  afterEach(() => sinon.restore());

  it('prints warnings and errors with the name of the library', () => {
    const warn = sinon.stub(console, 'warn');
    const error = sinon.stub(console, 'error');

    consoleLogger.warn('layer 2 is down');
    consoleLogger.error('the probe failed');

    sinon.assert.calledOnceWithExactly(warn, '[tiercel] layer 2 is down');
    sinon.assert.calledOnceWithExactly(error, '[tiercel] the probe failed');
  });

  it('keeps debug and info to itself', () => {
    const printed = (['debug', 'info', 'log', 'warn', 'error'] as const).map((method) => sinon.stub(console, method));

    consoleLogger.debug('skipped layer 2');
    consoleLogger.info('layer 2 is up');

    expect(printed.every((method) => method.notCalled)).to.equal(true);
  });
});
