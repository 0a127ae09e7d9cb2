import { expect } from 'chai';
import { resolveWrap } from '../../../src/domain/options/call-options';
import { normalizeOptions } from '../../../src/domain/options/normalize-options';
import { TagNames } from '../../../src/domain/entry/tag-names';
import { LoadContext } from '../../../src/domain/reading/loader';
import { FakeClock, RecordingLogger, testKey } from '../../../src/testing';

const parts = { sanitizer: { sanitize: (key: string) => key }, logger: new RecordingLogger(), clock: new FakeClock() };
const options = { ttl: '1m', jitter: 0.1, staleWhileRevalidate: '2m', staleIfError: '3m', version: 1, tags: ['a'] } as const;

const tagNames = new TagNames({ tag: testKey });

describe('LoadContext', () => {
  let load: LoadContext;

  beforeEach(() => {
    const { life } = normalizeOptions({}, parts);
    load = new LoadContext('key', resolveWrap('wrap', options, life), new AbortController().signal, undefined, tagNames);
  });

  it('has the life and the tags of the call, and stores the value', () => {
    expect(load.life).to.include({ ttlMs: 60_000, jitter: 0.1, staleWhileRevalidateMs: 120_000, staleIfErrorMs: 180_000, version: 1 });
    expect([load.key, load.tags.given, load.skipped, load.keepsStale]).to.deep.equal(['key', ['a'], false, false]);
  });

  it('changes what it is given, and leaves the rest', () => {
    load.setTtl('5s');
    load.setLife({ staleIfError: '1h' });
    load.setLife({ version: 2 });
    load.setTags(['b', 'c', 'b']);

    expect(load.life).to.include({ ttlMs: 5_000, jitter: 0.1, staleWhileRevalidateMs: 120_000, staleIfErrorMs: 3_600_000, version: 2 });
    expect(load.tags.given).to.deep.equal(['b', 'c']);
  });

  it('names the method in an error, and changes nothing then', () => {
    expect(() => load.setTtl('soon' as '1s')).to.throw('setTtl: ttl: expected a ttl above 0');
    expect(() => load.setLife({ hardTimeout: '1s' } as object)).to.throw('setLife: hardTimeout: expected one of');
    expect(() => load.setTags('b' as never)).to.throw('setTags: options: expected an array of strings');
    expect([load.life.ttlMs, load.tags.given]).to.deep.equal([60_000, ['a']]);
  });

  it('deletes an older value where it skips the new one, unless it keeps it', () => {
    load.skip();
    expect([load.skipped, load.keepsStale]).to.deep.equal([true, false]);
    load.skip({ stale: 'keep' });
    expect([load.skipped, load.keepsStale]).to.deep.equal([true, true]);
    load.skip({ stale: 'delete' });
    expect([load.skipped, load.keepsStale]).to.deep.equal([true, false]);
  });

  it('shortens the life of its entry, and never lengthens it', () => {
    load.limitLife({ ttlMs: 90_000, servesStale: true });
    expect(load.life).to.include({ ttlMs: 60_000, staleWhileRevalidateMs: 120_000, staleIfErrorMs: 180_000 });
    load.limitLife({ ttlMs: undefined, servesStale: true });
    expect(load.life.ttlMs).to.equal(60_000);
    load.limitLife({ ttlMs: 30_000, servesStale: true });
    // A jitter could make it longer than the limit.
    expect(load.life).to.include({ ttlMs: 30_000, jitter: 0, staleWhileRevalidateMs: 120_000, staleIfErrorMs: 180_000 });
    load.limitLife({ ttlMs: undefined, servesStale: false });
    expect(load.life).to.include({ ttlMs: 30_000, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 });
  });
});
