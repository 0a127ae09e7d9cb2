import { expect } from 'chai';
import { escapingSanitizer } from '../../src/adapters/keys/sanitizers';
import { FakeClock } from '../../src/testing/fake-clock';
import { RecordingLogger } from '../../src/testing/recording-logger';
import { parseDuration } from '../../src/domain/options/option-checks';
import { normalizeOptions } from '../../src/domain/options/normalize-options';
import type { CacheSettings } from '../../src/domain/options/settings';
import { type DocumentedOption, OptionsReader } from '../../scripts/option-tables';
import { generatedPart } from '../support/generated-part';

const page = generatedPart('docs/options.md', 'the types and their JSDoc');

/** The defaults of `createCache` as the code has them. */
const defaults: Readonly<Record<string, (settings: CacheSettings) => unknown>> = {
  ttl: ({ life }) => life.ttlMs,
  jitter: ({ life }) => life.jitter,
  staleWhileRevalidate: ({ life }) => life.staleWhileRevalidateMs,
  staleIfError: ({ life }) => life.staleIfErrorMs,
  retryAfterError: ({ life }) => life.retryAfterErrorMs,
  acrossProcesses: ({ life }) => (life.waitsForOthers ? 'wait' : 'load'),
  'primary.lruSize': ({ primary }) => primary.lruSize,
  'primary.useClone': ({ primary }) => primary.useClone,
  'primary.freeze': ({ primary }) => primary.freeze,
  namespace: ({ namespace }) => namespace,
  nonBlocking: ({ nonBlocking }) => nonBlocking,
  degradedTtl: ({ degradedTtlMs }) => degradedTtlMs,
  maxPending: ({ maxPending }) => maxPending,
  'deadlines.read': ({ deadlines }) => deadlines.readMs,
  'deadlines.write': ({ deadlines }) => deadlines.writeMs,
  'deadlines.clear': ({ deadlines }) => deadlines.clearMs,
  'deadlines.close': ({ deadlines }) => deadlines.closeMs,
  'breaker.failureRate': ({ breaker }) => breaker && breaker.failureRate,
  'breaker.minimumCalls': ({ breaker }) => breaker && breaker.minimumCalls,
  'breaker.window': ({ breaker }) => breaker && breaker.windowMs,
  'breaker.slowCallRatio': ({ breaker }) => breaker && breaker.slowCallRatio,
  'breaker.resetTimeout': ({ breaker }) => breaker && breaker.resetTimeoutMs,
  startup: ({ startup }) => startup,
  startupTimeout: ({ startupTimeoutMs }) => startupTimeoutMs,
  maxPayloadBytes: ({ maxPayloadBytes }) => maxPayloadBytes,
};

/** The value in backticks at the beginning of a `@defaultValue`. */
function literalOf({ defaultValue = '', unit }: DocumentedOption): unknown {
  const text = (/^`([^`]+)`/.exec(defaultValue)?.[1] ?? '').replaceAll('_', '');
  if (text === 'true' || text === 'false') return text === 'true';
  const word = /^'(.*)'$/.exec(text)?.[1];
  return word === undefined ? Number(text) : unit === 'duration' ? parseDuration(word) : word;
}

describe('the page about options', function () {
  this.timeout(60_000);
  let options: readonly DocumentedOption[];
  let tables: string;

  before(() => {
    const reader = new OptionsReader();
    options = reader.options();
    tables = reader.page();
  });

  it('has the tables that the types and their JSDoc make', () => {
    if (process.env['UPDATE_DOCS'] === '1') page.write(tables);

    expect(page.read(), 'run it with UPDATE_DOCS=1').to.equal(tables);
  });

  it('has a sentence, a unit for each number, and a default for each option that may be left out', () => {
    const named = ({ name, table }: DocumentedOption): string => `${table}: ${name}`;

    expect(options.length).to.be.above(80);
    expect(options.filter(({ meaning }) => meaning === '').map(named)).to.deep.equal([]);
    expect(options.filter(({ type, unit }) => type === 'number' && unit === undefined).map(named)).to.deep.equal([]);
    expect(options.filter(({ defaultValue, isRequired }) => !isRequired && defaultValue === undefined).map(named)).to.deep.equal([]);
  });

  it('names the defaults that the code has', () => {
    const settings = normalizeOptions({}, { logger: new RecordingLogger(), clock: new FakeClock(), sanitizer: escapingSanitizer() });

    for (const [name, read] of Object.entries(defaults)) {
      const option = options.find((one) => one.name === name);
      expect(option && literalOf(option), name).to.equal(read(settings));
    }
  });
});
