/** The functions that mocha, jest and vitest (with `globals`) share. Declared here, so that the published types depend on none of them. */
declare const describe: (title: string, body: () => void) => void;
declare const it: (title: string, body: () => Promise<void>) => void;

/** The subject of a contract suite, with control over its environment. Each test gets a new one. */
export interface Harness {
  /** Called after the test, passed or failed. */
  readonly close?: () => void | Promise<void>;
}

export type TestBody<H> = (harness: H) => void | Promise<void>;
export type Test<H> = (title: string, body: TestBody<H>) => void;

/** Declares a suite in which every test creates and closes its own harness. */
export function suite<H extends Harness>(title: string, makeHarness: () => H | Promise<H>, declareTests: (test: Test<H>) => void): void {
  const test: Test<H> = (name, body) => {
    it(name, () => runWith(makeHarness, body));
  };
  describe(title, () => {
    declareTests(test);
  });
}

async function runWith<H extends Harness>(makeHarness: () => H | Promise<H>, body: TestBody<H>): Promise<void> {
  const harness = await makeHarness();
  try {
    await body(harness);
  } finally {
    await harness.close?.();
  }
}
