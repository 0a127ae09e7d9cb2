import { Logger } from '@nestjs/common';
import sinon from 'sinon';

interface NestWarnings {
  /** The arguments of each warning. */
  readonly args: readonly (readonly unknown[])[];
  /** Forgets those until now. */
  resetHistory(): void;
}

/** For one `describe`: the warnings that Nest's logger gets in each test, instead of printing them. */
export function nestWarnings(): NestWarnings {
  let warn: sinon.SinonStub;

  beforeEach(() => {
    warn = sinon.stub(Logger.prototype, 'warn');
  });

  afterEach(() => {
    sinon.restore();
  });

  return {
    get args() {
      return warn.args as readonly (readonly unknown[])[];
    },
    resetHistory: () => {
      warn.resetHistory();
    },
  };
}
