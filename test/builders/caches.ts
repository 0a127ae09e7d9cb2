import { expect } from 'chai';
import { spy, type SinonSpy } from 'sinon';
import { Generations } from '../../src/domain/consistency/generations';
import { SingleFlight } from '../../src/domain/reading/single-flight';
import { CacheUnderTest, type UnderTestOptions } from './cache-under-test';

/**
 * For one `describe`: builds caches, closes them after each test, and sees to it that no timer, no generation, no flight and no background work
 * is left of them.
 */
export function caches(): (options?: UnderTestOptions) => CacheUnderTest {
  const built: CacheUnderTest[] = [];
  let begins: SinonSpy;
  let runs: SinonSpy;

  beforeEach(() => {
    begins = spy(Generations.prototype, 'begin');
    runs = spy(SingleFlight.prototype, 'join');
  });

  afterEach(async () => {
    begins.restore();
    runs.restore();
    for (const one of built.splice(0)) {
      await one.end();
      expect(one.clock.waiting, 'timers after close').to.equal(0);
      expect(one.background.size, 'background work after close').to.equal(0);
    }
    expect(leftIn(begins), 'keys in flight').to.equal(0);
    expect(leftIn(runs), 'flights').to.equal(0);
  });

  return (options = {}) => {
    const one = new CacheUnderTest(options);
    built.push(one);
    return one;
  };
}

/** A cache that has started and whose L2 has stopped answering. */
export async function withHungL2(one: CacheUnderTest): Promise<CacheUnderTest> {
  await one.cache.start();
  one.store.hang();
  return one;
}

function leftIn(used: SinonSpy): number {
  const owners = new Set(used.thisValues as readonly { readonly size: number }[]);
  return [...owners].reduce((sum, { size }) => sum + size, 0);
}
