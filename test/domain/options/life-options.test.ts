import { expect } from 'chai';
import { resolveLoaded, resolveWrap } from '../../../src/domain/options/call-options';
import { isSameNamespace, resolveNamespace } from '../../../src/domain/options/life-options';
import { normalizeOptions } from '../../../src/domain/options/normalize-options';
import type { NamespaceOptions } from '../../../src/domain/options/options';
import type { StandardSchema } from '../../../src/domain/options/standard-schema';
import { FakeClock, RecordingLogger } from '../../../src/testing';

const parts = { sanitizer: { sanitize: (key: string) => key }, logger: new RecordingLogger(), clock: new FakeClock() };

const schema: StandardSchema = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } };
const otherSchema: StandardSchema = { ...schema };

const everything = {
  ttl: { primary: '1s', secondary: 'forever' },
  jitter: 0.5,
  staleWhileRevalidate: '1m',
  staleIfError: '2m',
  softTimeout: '1s',
  hardTimeout: '2s',
  retryAfterError: '3s',
  refreshAhead: 0.5,
  acrossProcesses: 'wait',
  schema,
  version: 3,
} as const satisfies NamespaceOptions;

const life = {
  ttlMs: Infinity,
  primaryTtlMs: 1_000,
  jitter: 0.5,
  staleWhileRevalidateMs: 60_000,
  staleIfErrorMs: 120_000,
  softTimeoutMs: 1_000,
  hardTimeoutMs: 2_000,
  retryAfterErrorMs: 3_000,
  refreshAhead: 0.5,
  waitsForOthers: true,
  schema,
  version: 3,
};

describe('the life of entries', () => {
  const { life: defaults } = normalizeOptions({}, parts);

  it('is that of the cache, with the options of the call', () => {
    expect(resolveWrap('wrap', everything, defaults).life).to.deep.equal(life);
    expect(resolveWrap('wrap', {}, life).life).to.deep.equal(life);
    const call = { acrossProcesses: 'load', version: 4, schema: otherSchema, jitter: 0, retryAfterError: 0, ttl: { primary: 0 } } as const;
    expect(resolveWrap('wrap', call, life).life).to.deep.equal({
      ...life,
      waitsForOthers: false,
      version: 4,
      schema: otherSchema,
      jitter: 0,
      retryAfterErrorMs: 0,
      primaryTtlMs: 0,
    });
  });

  it('may have one ttl for both tiers, and no longer one for L1', () => {
    expect(resolveWrap('wrap', { ttl: { primary: '1m', secondary: '1m' } }, defaults).life).to.include({
      ttlMs: 60_000,
      primaryTtlMs: 60_000,
    });
    expect(resolveWrap('wrap', 'forever', defaults).life.ttlMs).to.equal(Infinity);
    expect(() => resolveWrap('wrap', { ttl: { primary: '61s', secondary: '1m' } }, defaults)).to.throw(
      'wrap: ttl: expected a primary no longer than the secondary',
    );
  });

  it('is changed by a loader in the options of a write alone', () => {
    expect(resolveLoaded('setLife', { ttl: '5s', version: 4 }, life)).to.deep.equal({ ...life, ttlMs: 5_000, version: 4 });
    expect(() => resolveLoaded('setLife', { hardTimeout: '1s' } as object, life)).to.throw('setLife: hardTimeout: expected one of');
  });
});

describe('the options of a namespace', () => {
  const parent = normalizeOptions({}, parts);

  it('are those of the one above it where none are given', () => {
    expect(resolveNamespace({}, parent)).to.deep.equal({ life: parent.life, sharesTags: false });
    expect(resolveNamespace({}, { ...parent, sharesTags: true }).sharesTags).to.equal(true);
    expect(resolveNamespace({ sharedTags: false }, { ...parent, sharesTags: true }).sharesTags).to.equal(false);
    expect(resolveNamespace({ ...everything, sharedTags: true }, parent)).to.deep.equal({ life, sharesTags: true });
    expect(() => resolveNamespace({ tll: '1s' } as object, parent)).to.throw(
      "namespace: tll: expected a known option (did you mean 'ttl'?)",
    );
  });

  it('are the same where every one of them is', () => {
    const same = resolveNamespace(everything, parent);
    expect(isSameNamespace(same, resolveNamespace(everything, parent))).to.equal(true);
    expect(isSameNamespace(same, { ...same, sharesTags: true })).to.equal(false);
    for (const name of Object.keys(life))
      expect(isSameNamespace(same, { ...same, life: { ...life, [name]: 'other' } }), name).to.equal(false);
  });
});
