import type { RootHookObject } from 'mocha';

const timeoutMs = 10_000;

/** Stryker runs Mocha without a timeout. With one, a mutant for which a test would wait forever is killed at once, and the process lives on. */
export const mochaHooks: RootHookObject = {
  beforeEach(this: Mocha.Context) {
    if (this.currentTest?.timeout() === 0) this.currentTest.timeout(timeoutMs);
  },
};
