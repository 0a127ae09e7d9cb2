import { expect } from 'chai';
import { resolveClear, resolveDelByTag, resolveSet, resolveTags, resolveWrap } from '../../../src/domain/options/call-options';
import { normalizeOptions } from '../../../src/domain/options/normalize-options';
import { FakeClock, RecordingLogger } from '../../../src/testing';

const parts = { sanitizer: { sanitize: (key: string) => key }, logger: new RecordingLogger(), clock: new FakeClock() };
const { life } = normalizeOptions({}, parts);

/** Arguments of a program without type checks. */
const tagsOf = (given: unknown): readonly string[] => resolveTags('wrap', given as readonly string[]);

describe('the options of a call', () => {
  it('are the life of the cache, and no terms, where none are given', () => {
    const call = { tags: [], whenUnreachable: 'pending', nonBlocking: undefined, signal: undefined, staleIfErrorMs: undefined };
    expect(resolveSet(undefined, life)).to.deep.equal({ life, call });
    expect(resolveWrap('wrap', {}, life)).to.deep.equal({ life, call });
    expect(resolveSet('1s', life)).to.deep.equal({ life: { ...life, ttlMs: 1_000 }, call });
    expect(resolveSet({ whenUnreachable: 'reject', nonBlocking: true, staleIfError: '1s', tags: ['a'] }, life)).to.deep.equal({
      life: { ...life, staleIfErrorMs: 1_000 },
      call: { tags: ['a'], whenUnreachable: 'reject', nonBlocking: true, signal: undefined, staleIfErrorMs: 1_000 },
    });
  });

  it('name the method in an error', () => {
    expect(() => resolveClear({ erase: 1 } as never)).to.throw('clear: erase: expected true or false, got 1');
    expect(() => resolveSet({ erase: 1 } as never, life)).to.throw('set: erase: expected');
    expect(() => resolveDelByTag(['a'], [{ mode: 'forget' }])).to.throw("delByTag: mode: expected 'remove' or 'expire', got 'forget'");
  });

  it('of clear leave the entries in L2, unless it erases them', () => {
    expect([resolveClear(), resolveClear({}), resolveClear({ erase: true })].map(({ erase }) => erase)).to.deep.equal([false, false, true]);
  });

  it('of delByTag are tags, or a list of them and a mode', () => {
    expect(resolveDelByTag('a', ['b', 'c'])).to.deep.equal({ tags: ['a', 'b', 'c'], mode: 'remove' });
    expect(resolveDelByTag(['a', 'b'], [])).to.deep.equal({ tags: ['a', 'b'], mode: 'remove' });
    expect(resolveDelByTag(['a', 'b'], [{ mode: 'expire' }])).to.deep.equal({ tags: ['a', 'b'], mode: 'expire' });
    expect(resolveDelByTag([], [])).to.deep.equal({ tags: [], mode: 'remove' });
    expect(() => resolveDelByTag('a', [{ mode: 'expire' }])).to.throw('delByTag: options: expected an array of strings');
  });
});

describe('tags', () => {
  it('are the given ones, each once', () => {
    const given = ['b', 'a', 'c'];
    expect(tagsOf(given)).to.equal(given);
    expect(tagsOf(['b', 'a', 'b', 'b'])).to.deep.equal(['b', 'a']);
  });

  for (const given of ['a', null, 5, {}, [5], ['a', 5], ['a', undefined]]) {
    it(`are no ${JSON.stringify(given)}`, () => {
      expect(() => tagsOf(given))
        .to.throw('wrap: options: expected an array of strings')
        .with.property('code', 'CACHE_OPTION_INVALID');
    });
  }

  it('are 200 at most, of 1 to 1 000 characters', () => {
    const many = Array.from({ length: 201 }, (_, i) => `tag ${i}`);
    expect(tagsOf(many.slice(1))).to.have.length(200);
    expect(tagsOf(['x'.repeat(1_000)])).to.have.length(1);

    for (const [given, message] of [
      [many, 'tags: expected at most 200 tags, got 201'],
      [['a', ''], 'tags: expected a tag that is not empty, got an empty one'],
      [['a', 'x'.repeat(1_001)], 'tags: expected a tag of at most 1000 characters, got 1001'],
    ] as const) {
      expect(() => tagsOf(given))
        .to.throw(message)
        .with.property('code', 'CACHE_TAG_INVALID');
    }
  });
});
