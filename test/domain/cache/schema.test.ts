import { expect } from 'chai';

import type { CacheError } from '../../../src/domain/errors/cache-error';
import type { StandardSchema } from '../../../src/domain/standard-schema';
import { caches } from '../../builders/caches';
import type { CacheUnderTest } from '../../builders/cache-under-test';

function schemaOf(validate: (value: unknown) => unknown): StandardSchema {
  return { '~standard': { version: 1, vendor: 'by hand', validate } };
}

const issues = { issues: [{ message: 'not a price' }] };

/** As zod, valibot and arktype answer: with the value, or with issues. */
const price = schemaOf((value) => (typeof (value as { cents?: unknown } | null | undefined)?.cents === 'number' ? { value } : issues));

/** arktype's schemas are functions. */
const callable = Object.assign(() => undefined, price);

function reasons(one: CacheUnderTest): unknown[] {
  return one.metrics.flatMap((event) => (event.name === 'reject' ? [event.reason] : []));
}

describe('Cache: schema', () => {
  const build = caches();

  it('reads what fits, as it is', async () => {
    const one = build({ schema: price });
    one.plant('a', { cents: 5, currency: 'EUR' });

    expect(await one.cache.get('a')).to.deep.equal({ cents: 5, currency: 'EUR' });
  });

  it('converts nothing: a value is the same from both tiers', async () => {
    const one = build({ schema: schemaOf(() => ({ value: 'converted' })) });
    one.plant('a', 'as it is');

    expect(await one.cache.get('a')).to.equal('as it is');
  });

  it('takes what does not fit for a miss, counts it, and deletes it', async () => {
    const one = build({ schema: price });
    const errors = one.listen('error');
    one.plant('a', { euros: 5 });

    expect(await one.cache.get('a')).to.equal(undefined);
    await one.settle();

    expect(one.inLayer2('a')).to.equal(undefined);
    expect(reasons(one)).to.deep.equal(['schema']);
    expect(errors.map(({ error }) => (error as CacheError).reason)).to.deep.equal(['schema']);
  });

  it('loads anew what does not fit, by the schema of a call or of a memoized function', async () => {
    const one = build();
    for (const key of ['a', 'b', 'c']) one.plant(key, { euros: 5 });
    const load = () => ({ cents: 500 });

    expect(await one.cache.wrap('a', load, { schema: price })).to.deep.equal({ cents: 500 });
    expect(await one.cache.memoize(load, { key: () => 'b', schema: callable })()).to.deep.equal({ cents: 500 });
    expect(await one.cache.wrap('c', load)).to.deep.equal({ euros: 5 });
  });

  it('does not serve what does not fit when the loader fails', async () => {
    const one = build({ schema: price, staleIfError: '1h' });
    one.plant('a', { euros: 5 }, { ttl: 1, staleIfError: '1h' }, 10);

    const outcome = one.cache.wrap('a', () => Promise.reject(new Error('the database is away')));

    expect(await outcome.catch((error: unknown) => error)).to.have.property('message', 'the database is away');
  });

  it('does not look at what this process has itself', async () => {
    const one = build({ schema: price });
    await one.cache.set('a', 'no price');

    expect(await one.cache.get('a')).to.equal('no price');
  });

  for (const [name, later] of Object.entries({
    throws: (): unknown => {
      throw new Error('a bug in the schema');
    },
    'is asynchronous': (): unknown => Promise.reject(new Error('a bug in the schema')),
    'answers nonsense': (): unknown => undefined,
  })) {
    it(`takes a value for which the schema ${name} for a miss`, async () => {
      const schema = schemaOf((value) => (value === undefined ? issues : later()));
      const one = build({ schema });
      one.plant('a', 1);

      expect(await one.cache.get('a')).to.equal(undefined);
      expect(reasons(one)).to.deep.equal(['schema']);
    });
  }

  const useless: Readonly<Record<string, readonly [schema: unknown, problem: RegExp]>> = {
    'no schema': [{ parse: () => 1 }, /schema: expected a Standard Schema \(an object with '~standard'\), of version 1, got object/],
    'one of another version': [{ '~standard': { version: 2, vendor: 'x', validate: () => issues } }, /of version 1/],
    'one that throws': [schemaOf(() => { throw new Error('a-secret'); }), /schema: expected a schema that answers, got one that throws$/], // prettier-ignore
    'an asynchronous one': [
      schemaOf(() => Promise.reject(new Error('a-secret'))),
      /schema: expected a synchronous schema, got one that answers with a promise/,
    ],
  };
  for (const [what, [schema, problem]] of Object.entries(useless)) {
    it(`refuses ${what} at the start, and in a call`, async () => {
      const one = build();
      const refusals = [
        () => build({ schema: schema as StandardSchema }),
        () => one.cache.memoize(() => 1, { key: () => 'a', schema: schema as StandardSchema }),
      ];

      for (const refusal of refusals) expect(refusal).to.throw(problem).with.property('code', 'CACHE_OPTION_INVALID');
      const outcome = await one.cache.wrap('a', () => 1, { schema: schema as StandardSchema }).catch((error: unknown) => error);
      expect(outcome).to.have.property('code', 'CACHE_OPTION_INVALID');
    });
  }
});

describe('Cache: version', () => {
  const build = caches();

  it('reads what was written under the same version', async () => {
    const one = build({ version: 3 });
    one.plant('a', 'new shape', { version: 3 });

    expect([await one.cache.has('a'), await one.cache.get('a')]).to.deep.equal([true, 'new shape']);
  });

  for (const [what, options] of Object.entries({ 'an older version': { version: 2 }, 'a newer version': { version: 4 } })) {
    it(`takes ${what} for a miss, and deletes it`, async () => {
      const one = build({ version: 3 });
      for (const ask of [() => one.cache.get('a'), () => one.cache.has('a'), () => one.cache.wrap('a', () => undefined)]) {
        one.plant('a', 'another shape', options);

        expect(await ask()).to.be.oneOf([undefined, false]);

        await one.settle();
        expect(one.inLayer2('a')).to.equal(undefined);
      }
      expect(reasons(one)).to.deep.equal(['version', 'version', 'version']);
    });
  }

  it('takes what has no version for a miss', async () => {
    const [plain, one] = [build(), build({ version: 3 })];
    await plain.cache.set('a', 'old shape');
    one.store.plant(one.remoteKey('a'), plain.store.peek(plain.remoteKey('a'))?.payload ?? '');

    expect(await one.cache.get('a')).to.equal(undefined);
  });

  it('of a call, a memoized function or a set goes before that of the cache', async () => {
    const one = build({ version: 3 });
    one.plant('a', 'fifth', { version: 5 });
    one.plant('b', 'fifth', { version: 5 });
    await one.cache.set('c', 'fifth', { version: 5, tags: ['t'] });

    expect(await one.cache.wrap('a', () => 'loaded', { version: 5 })).to.equal('fifth');
    expect(await one.cache.memoize(() => 'loaded', { key: () => 'b', version: 5 })()).to.equal('fifth');
    expect(one.inLayer2('c')).to.deep.include({ version: 5, tags: ['t'] });
  });

  it('is that of what was loaded, and one delete is enough for all of them', async () => {
    const one = build();
    await one.cache.wrap('a', () => 1, { version: 2 });
    expect(one.inLayer2('a')).to.include({ version: 2 });

    await one.cache.del('a');

    expect(one.inLayer2('a')).to.equal(undefined);
  });

  it('is not asked for by those who name none', async () => {
    const one = build();
    one.plant('a', 'shape', { version: 7 });

    expect(await one.cache.get('a')).to.equal('shape');
  });

  it('is a whole number', () => {
    for (const version of [-1, 1.5, NaN, '3', null]) {
      expect(() => build({ version: version as number })).to.throw(/version: expected a whole number/);
    }
  });
});
