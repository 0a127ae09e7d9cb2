import sinon from 'sinon';

import { consoleLogger } from '../../../src/adapters/system/console-logger';

describe('consoleLogger', () => {
  afterEach(() => sinon.restore());

  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    it(`prints ${level} with the name of the library`, () => {
      const printed = sinon.stub(console, level);

      consoleLogger[level]('L2 is down');

      sinon.assert.calledOnceWithExactly(printed, '[tiercel] L2 is down');
    });
  }
});
