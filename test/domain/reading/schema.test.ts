import { expect } from 'chai';
import type { CacheError } from '../../../src/domain/cache-error';
import type { StandardSchema } from '../../../src/domain/options/standard-schema';
import { deferred } from '../../builders/deferred';
import { caches } from '../../builders/caches';
import { rejectionOf } from '../../builders/rejection-of';
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

  it('returns a matching value unchanged', async () => {
    const one = build({ schema: price });
    one.plant('a', { cents: 5, currency: 'EUR' });

    expect(await one.cache.get('a')).to.deep.equal({ cents: 5, currency: 'EUR' });
  });

  it('converts nothing: a value is the same from both tiers', async () => {
    const one = build({ schema: schemaOf(() => ({ value: 'converted' })) });
    one.plant('a', 'as it is');

    expect(await one.cache.get('a')).to.equal('as it is');
  });

  it('treats a value that does not match as a miss, counts it, and deletes it', async () => {
    const one = build({ schema: price });
    const errors = one.listen('error');
    one.plant('a', { euros: 5 });

    expect(await one.cache.get('a')).to.equal(undefined);
    await one.settle();

    expect(one.inL2('a')).to.equal(undefined);
    expect(reasons(one)).to.deep.equal(['schema']);
    expect(errors.map(({ error }) => (error as CacheError).reason)).to.deep.equal(['schema']);
  });

  it('loads a new value for one that does not match the schema of a call or of a memoized function', async () => {
    const one = build();
    for (const key of ['a', 'b', 'c']) one.plant(key, { euros: 5 });
    const load = () => ({ cents: 500 });

    expect(await one.cache.wrap('a', load, { schema: price })).to.deep.equal({ cents: 500 });
    expect(await one.cache.memoize(load, { key: () => 'b', schema: callable })()).to.deep.equal({ cents: 500 });
    expect(await one.cache.wrap('c', load)).to.deep.equal({ euros: 5 });
  });

  it('does not serve a value that does not match when the loader fails', async () => {
    const one = build({ schema: price, staleIfError: '1h' });
    one.plant('a', { euros: 5 }, { ttl: 1, staleIfError: '1h' }, 10);

    const outcome = one.cache.wrap('a', () => Promise.reject(new Error('the database is away')));

    expect(await outcome.catch((error: unknown) => error)).to.have.property('message', 'the database is away');
  });

  it('does not check values that this process wrote itself', async () => {
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

  for (const [what, later] of Object.entries({
    throws: () => {
      throw new Error('a-secret');
    },
    // As zod's `object().refine(async …)`: it is not called for values other than objects.
    'answers with a promise': () => Promise.resolve({ value: 1 }),
  })) {
    it(`warns once about a schema that ${what}, where it did not at the start`, async () => {
      const one = build({ schema: schemaOf((value) => (value === undefined ? issues : later())) });
      const errors = one.listen('error');
      for (const key of ['a', 'b']) one.plant(key, 1);

      expect(await one.cache.getMany(['a', 'b'])).to.deep.equal([undefined, undefined]);

      const [warning, ...more] = one.logger.messages('warn');
      expect(warning)
        .to.contain(`schema: expected a synchronous schema, got a schema that ${what} (logged once)`)
        .and.not.contain('a-secret');
      expect([more, errors.length]).to.deep.equal([[], 2]);
      expect((errors[0]?.error as CacheError).cause).to.have.property('code', 'CACHE_OPTION_INVALID');
    });
  }

  it('does not warn about values that do not fit', async () => {
    const one = build({ schema: price });
    one.plant('a', { euros: 5 });
    await one.cache.get('a');

    expect(one.logger.messages('warn')).to.deep.equal([]);
  });

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

/** The demands of one call on values that others have copied into L1, or are reading. */
describe('Cache: schema and version of a call', () => {
  const build = caches();
  const load = () => ({ cents: 500 });
  const hacked = { id: 'hacked' };
  const demands = {
    schema: { demand: { schema: price }, unfit: hacked, fit: { cents: 5 }, fitOptions: undefined },
    version: { demand: { version: 3 }, unfit: hacked, fit: { cents: 5 }, fitOptions: { version: 3 } },
  } as const;

  for (const [name, { demand, unfit, fit, fitOptions }] of Object.entries(demands)) {
    it(`${name}: holds for a value that a call without it has copied into L1`, async () => {
      const one = build({ hearsOthers: true });
      for (const key of ['a', 'b', 'c']) one.plant(key, unfit);
      for (const key of ['a', 'b', 'c']) expect(await one.cache.get(key)).to.deep.equal(hacked);

      expect(await one.cache.wrap('a', load, demand)).to.deep.equal({ cents: 500 });
      expect((await one.cache.wrapEntry('b', load, demand)).value).to.deep.equal({ cents: 500 });
      expect(await one.cache.memoize(load, { key: () => 'c', ...demand })()).to.deep.equal({ cents: 500 });

      expect(reasons(one)).to.deep.equal([name, name, name]);
      expect(one.metrics.filter((event) => event.name === 'hit')).to.have.length(3);
      expect(one.inL2('a')).to.deep.include({ value: { cents: 500 } });
      expect(await one.cache.get('a')).to.deep.equal({ cents: 500 });
    });

    it(`${name}: required by one call, deletes nothing: the value stays for the others, in both tiers`, async () => {
      const one = build({ hearsOthers: true });
      const failing = () => Promise.reject(new Error('no database'));
      one.plant('a', unfit);
      await one.cache.get('a');

      expect(await rejectionOf(one.cache.wrap('a', failing, demand))).to.have.property('message', 'no database');
      await one.settle();

      expect(one.cache.peek('a')).to.deep.equal(hacked);
      expect(one.inL2('a')).to.deep.include({ value: hacked });
      expect(one.calls('delete')).to.equal(0);
    });

    it(`${name}: required by the cache, deletes a value that fails, in both tiers, and not by peek`, async () => {
      const one = build({ hearsOthers: true, ...demand });
      one.plant('a', unfit, { version: 99 });

      expect(one.cache.peek('a')).to.equal(undefined);
      await one.settle();
      expect(one.calls('delete')).to.equal(0);
      expect(await one.cache.get('a')).to.equal(undefined);
      await one.settle();

      expect([one.cache.peek('a'), one.inL2('a')]).to.deep.equal([undefined, undefined]);
    });

    it(`${name}: does not delete a value that was written while the old one was read`, async () => {
      const one = build({ hearsOthers: true, ...demand });
      one.plant('a', unfit, { version: 99 });
      one.replies.hold('get');
      const reading = one.cache.get('a');
      await one.settle();
      await one.cache.set('a', { cents: 1 }, fitOptions);
      one.replies.release();
      await reading;
      await one.settle();

      expect(one.inL2('a')).to.deep.include({ value: { cents: 1 } });
    });

    it(`${name}: keeps a value that passes`, async () => {
      const one = build({ hearsOthers: true });
      one.plant('a', fit, fitOptions);
      await one.cache.get('a');

      for (let i = 0; i < 3; i++) expect(await one.cache.wrap('a', load, demand)).to.deep.equal({ cents: 5 });

      expect(one.calls('get')).to.equal(1);
    });

    it(`${name}: holds for a value that another caller on the same flight has read`, async () => {
      const one = build({ hearsOthers: true });
      one.plant('a', unfit);

      const both = await Promise.all([one.cache.wrap('a', load), one.cache.wrap('a', load, demand)]);

      expect(both).to.deep.equal([hacked, { cents: 500 }]);
      expect(reasons(one)).to.include(name);
    });

    it(`${name}: shares a flight if the value passes, or was loaded`, async () => {
      const one = build({ hearsOthers: true });
      one.plant('a', fit, fitOptions);
      let loads = 0;
      const counted = () => ({ cents: ++loads });

      const both = (key: string) => Promise.all([one.cache.wrap(key, counted), one.cache.wrap(key, counted, demand)]);

      expect(await both('a')).to.deep.equal([{ cents: 5 }, { cents: 5 }]);
      expect(await both('b')).to.deep.equal([{ cents: 1 }, { cents: 1 }]);
      expect(one.calls('get')).to.equal(2);
    });

    it(`${name}: holds for a value that is refreshed in the background`, async () => {
      for (const ahead of [{ staleWhileRevalidate: '1m' }, { refreshAhead: 0.5 }] as const) {
        const one = build({ hearsOthers: true });
        const options = { ttl: 1_000, ...ahead, ...demand };
        await one.cache.wrap('a', load, options);
        one.plant('a', unfit, { ttl: '1h' });
        await one.clock.advance(900 + ('refreshAhead' in ahead ? 0 : 200));

        const stale: unknown[] = [];
        const renew = (context: { readonly stale: unknown }) => {
          stale.push(context.stale);
          return { cents: 501 };
        };
        const [held] = await Promise.all([one.cache.wrap('a', renew, options), one.cache.get('a')]);
        await one.settle();

        expect(held).to.deep.equal({ cents: 500 });
        expect(JSON.stringify(stale)).to.not.contain('hacked');

        expect(await one.cache.wrap('a', load, options)).to.deep.equal({ cents: 501 });
        expect(new Set(reasons(one))).to.deep.equal(new Set([name]));
      }
    });

    it(`${name}: holds for a stale value that is served because the loader failed, or takes too long`, async () => {
      const one = build({ hearsOthers: true });
      const options = { staleIfError: '1h' as const, ...demand };
      one.plant('a', unfit, { ttl: 1_000, staleIfError: '1h' });
      one.plant('b', unfit, { ttl: 1_000, staleIfError: '1h' });
      await one.cache.getMany(['a', 'b']);
      await one.clock.advance(2_000);
      const failing = () => Promise.reject(new Error('the database is away'));
      const stale: unknown[] = [];

      const outcomes = Promise.allSettled([
        one.cache.wrap('a', failing, { staleIfError: '1h' }),
        one.cache.wrap('a', failing, options),
        one.cache.wrap('b', (context) => stale.push(context.stale), options),
      ]);

      expect((await outcomes).map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
      expect(stale).to.deep.equal([undefined]);
    });

    it(`${name}: holds for a stale value that is served because the load of another caller takes too long`, async () => {
      const one = build({ hearsOthers: true });
      one.plant('a', unfit, { ttl: 1_000, staleIfError: '1h' });
      await one.cache.get('a');
      await one.clock.advance(2_000);
      const slow = deferred<unknown>();
      const patient = { staleIfError: '1h', softTimeout: 100 } as const;

      const both = [one.cache.wrap('a', () => slow.promise, patient), one.cache.wrap('a', load, { ...patient, ...demand })] as const;
      await one.clock.advance(1_000);
      slow.resolve({ cents: 7 });

      expect(await Promise.all(both)).to.deep.equal([hacked, { cents: 7 }]);
    });

    it(`${name}: does not hold for values that this process wrote or loaded itself`, async () => {
      const one = build();
      await one.cache.set('a', hacked);
      await one.cache.wrap('b', () => hacked);

      for (const key of ['a', 'b']) expect(await one.cache.wrap(key, load, demand)).to.deep.equal(hacked);
    });

    it(`${name}: of the cache holds for a value that a call with another schema has copied into L1`, async () => {
      const one = build({ hearsOthers: true, staleIfError: '1h', ...demand });
      const other = { schema: schemaOf((value) => (value === undefined ? issues : { value })), version: 4 };
      for (const key of ['a', 'b', 'c', 'd']) one.plant(key, unfit, { version: 4 });
      for (const key of ['e', 'f']) one.plant(key, unfit, { version: 4, ttl: 1_000, staleIfError: '1h' });
      for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) expect(await one.cache.wrap(key, load, other)).to.deep.equal(hacked);

      expect(one.cache.peek('d')).to.equal(undefined);
      one.probe.down('away');
      const held = await Promise.all([one.cache.get('a'), one.cache.getEntry('b'), one.cache.has('c')]);
      await one.clock.advance(2_000);
      const spare = await Promise.all([one.cache.get('e'), one.cache.has('f')]);

      expect([held, spare]).to.deep.equal([[undefined, undefined, false], [undefined, false]]); // prettier-ignore
    });
  }

  it('checks an entry of L1 once', async () => {
    const one = build({ hearsOthers: true });
    let asked = 0;
    const schema = schemaOf((value) => (value === undefined ? issues : { value, asked: ++asked }));
    one.plant('a', { cents: 5 });
    await one.cache.get('a');

    for (let i = 0; i < 3; i++) await one.cache.wrap('a', load, { schema });

    expect(asked).to.equal(1);
  });
});

describe('Cache: version', () => {
  const build = caches();

  it('reads a value of the same version', async () => {
    const one = build({ version: 3 });
    one.plant('a', 'new shape', { version: 3 });

    expect([await one.cache.has('a'), await one.cache.get('a')]).to.deep.equal([true, 'new shape']);
  });

  for (const [what, options] of Object.entries({ 'an older version': { version: 2 }, 'a newer version': { version: 4 } })) {
    it(`takes ${what} for a miss, and deletes it`, async () => {
      const one = build({ version: 3 });
      for (const ask of [() => one.cache.get('a'), () => one.cache.getEntry('a'), () => one.cache.wrap('a', () => undefined)]) {
        one.plant('a', 'another shape', options);

        expect(await ask()).to.equal(undefined);

        await one.settle();
        expect(one.inL2('a')).to.equal(undefined);
      }
      expect(reasons(one)).to.deep.equal(['version', 'version', 'version']);
    });
  }

  const unfit: Readonly<Record<string, (one: CacheUnderTest) => void>> = {
    'of another version': (one) => one.plant('a', 'another shape', { version: 2 }),
    'that is damaged': (one) => one.store.plant(one.remoteKey('a'), 'no payload'),
  };
  for (const [what, plant] of Object.entries(unfit)) {
    it(`has() deletes no value ${what} in L2`, async () => {
      const one = build({ version: 3 });
      plant(one);
      const { payload } = one.store.peek(one.remoteKey('a')) ?? {};

      expect(await one.cache.has('a')).to.equal(false);
      await one.settle();

      expect(one.store.peek(one.remoteKey('a'))?.payload).to.equal(payload);
      expect(reasons(one)).to.have.length(1);
    });
  }

  it('has() deletes no value of another version in L1', async () => {
    const one = build({ version: 3 });
    one.plant('a', 'fourth', { version: 4 });
    await one.cache.wrap('a', () => 'loaded', { version: 4 });

    expect([await one.cache.has('a'), (await one.cache.explain('a')).l1 !== undefined]).to.deep.equal([false, true]);
    expect(await one.cache.wrap('a', () => 'loaded', { version: 4 })).to.equal('fourth');
  });

  it('treats a value without a version as a miss', async () => {
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
    expect(one.inL2('c')).to.deep.include({ version: 5, tags: ['t'] });
  });

  it('is that of the loaded value, and one delete is enough for all versions', async () => {
    const one = build();
    await one.cache.wrap('a', () => 1, { version: 2 });
    expect(one.inL2('a')).to.include({ version: 2 });

    await one.cache.del('a');

    expect(one.inL2('a')).to.equal(undefined);
  });

  it('is not checked by a cache without one', async () => {
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
