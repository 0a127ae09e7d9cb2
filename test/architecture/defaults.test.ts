import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { parseDuration } from '../../src/domain/options/option-checks';
import { normalizeOptions } from '../../src/domain/options/normalize-options';
import { silent } from '../../src/ports/logger';
import { FakeClock } from '../../src/testing';

const source = readFileSync('src/domain/options/options.ts', 'utf8');

/** The first word after `@defaultValue` of each documented option, by its name. */
function documentedDefaults(): Map<string, string> {
  const documented = new Map<string, string>();
  for (const [, comment, name] of source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)\?:/g)) {
    const value = /@defaultValue `([^`]+)`/.exec(comment ?? '')?.[1];
    if (name !== undefined && value !== undefined) documented.set(name, value);
  }
  return documented;
}

function literal(text: string): unknown {
  const bare = text.replace(/^'(.*)'$/, '$1').replace(/_/g, '');
  if (bare === 'true' || bare === 'false') return bare === 'true';
  return parseDuration(bare) ?? (bare !== '' && Number.isFinite(Number(bare)) ? Number(bare) : bare);
}

describe('the documented defaults', () => {
  const settings = normalizeOptions({}, { logger: silent, clock: new FakeClock(), sanitizer: { sanitize: (key) => key } });
  const { breaker, deadlines, life, primary } = settings;
  if (breaker === false) throw new Error('the breaker is on by default');
  const actual: Readonly<Record<string, unknown>> = {
    ttl: life.ttlMs,
    jitter: life.jitter,
    staleWhileRevalidate: life.staleWhileRevalidateMs,
    ...primary,
    read: deadlines.readMs,
    write: deadlines.writeMs,
    clear: deadlines.clearMs,
    close: deadlines.closeMs,
    ...breaker,
    window: breaker.windowMs,
    resetTimeout: breaker.resetTimeoutMs,
    namespace: settings.namespace,
    nonBlocking: settings.nonBlocking,
    degradedTtl: settings.degradedTtlMs,
    maxPending: settings.maxPending,
    startup: settings.startup,
    startupTimeout: settings.startupTimeoutMs,
    maxPayloadBytes: settings.maxPayloadBytes,
  };

  for (const [name, text] of documentedDefaults()) {
    if (!(name in actual)) continue;
    it(`of ${name} is the one in the code`, () => {
      expect(literal(text)).to.equal(actual[name]);
    });
  }

  it('are found in the source', () => {
    expect(documentedDefaults().size).to.be.above(18);
  });
});
