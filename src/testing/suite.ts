/** What mocha, jest and vitest (with `globals`) have in common. Declared here, so that the published types need none of them. */
declare const describe: (title: string, body: () => void) => void;
declare const it: (title: string, body: () => Promise<void>) => void;

/** What a contract suite needs of its surroundings. Each test gets one of its own. */
export interface Harness {
  /** Called after the test, whatever its outcome. */
  readonly close?: () => void | Promise<void>;
}

export type TestBody<H> = (harness: H) => void | Promise<void>;
export type Test<H> = (title: string, body: TestBody<H>) => void;

/** Declares a suite in which every test gets, and closes, a harness of its own. */
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
