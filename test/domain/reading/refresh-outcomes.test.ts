import { expect } from 'chai';
import type { LoadContext, SkipOptions } from '../../../src/domain/reading/loader';
import { caches } from '../../builders/caches';
import { rejectionOf } from '../../builders/rejection-of';

const grace = { ttl: '10s', hearsOthers: true } as const;

const withoutValue: Readonly<Record<string, (load: LoadContext) => unknown>> = {
  'calls skip()': (load) => {
    load.skip();
    return 'not stored';
  },
  'returns undefined': () => undefined,
};

describe('Cache: a load without a value to store, and the older value', () => {
  const build = caches();

  it('does not delay the next load: the source has answered', async () => {
    const one = build({ ...grace, staleIfError: '10m', retryAfterError: '1m' });
    await one.cache.set('a', 'old');
    await one.clock.advance(11_000);
    await one.cache.wrap('a', (load) => load.skip());
    await one.cache.set('a', 'newer', { ttl: '1s' });
    await one.clock.advance(2_000);

    expect(await one.cache.wrap('a', () => 'newest')).to.equal('newest');
  });

  for (const l2 of ['none', 'fake'] as const) {
    for (const [title, loader] of Object.entries(withoutValue)) {
      it(`ends it when a background load ${title}, with L2: ${l2}`, async () => {
        const one = build({ ...grace, l2, staleWhileRevalidate: '10m' });
        await one.cache.set('a', 'old');
        await one.clock.advance(11_000);

        expect(await one.cache.wrap('a', loader)).to.equal('old');
        await one.settle();

        expect(await one.cache.wrap('a', () => 'new')).to.equal('new');
      });

      it(`ends it for later failures when a load ${title}, with L2: ${l2}`, async () => {
        const one = build({ ...grace, l2, staleIfError: '10m' });
        await one.cache.set('a', 'old');
        await one.clock.advance(11_000);
        await one.cache.wrap('a', loader);

        const error = await rejectionOf(one.cache.wrap('a', () => Promise.reject(new Error('no database'))));

        expect(error).to.have.property('message', 'no database');
        if (l2 === 'fake') expect(one.inL2('a')).to.equal(undefined);
      });
    }

    it(`leaves it, and waits before the next load, when a load skips and keeps it, with L2: ${l2}`, async () => {
      const one = build({ ...grace, l2, staleWhileRevalidate: '10m', retryAfterError: '10s' });
      let loads = 0;
      const keeping = (load: LoadContext): unknown => {
        loads += 1;
        load.skip({ stale: 'keep' });
        return 'unknown';
      };
      await one.cache.set('a', 'old');
      await one.clock.advance(11_000);

      const seen = [];
      for (let call = 0; call < 3; call++) {
        seen.push(await one.cache.wrap('a', keeping));
        await one.settle();
      }

      expect([seen, loads]).to.deep.equal([['old', 'old', 'old'], 1]);
    });
  }

  for (const l2 of ['none', 'fake'] as const) {
    it(`ends it, and is not answered with it, when a load calls skip() and throws, with L2: ${l2}`, async () => {
      const one = build({ ...grace, l2, staleIfError: '10m' });
      const gone = new Error('gone');
      const throwing = (options?: SkipOptions) => (load: LoadContext) => {
        load.skip(options);
        throw gone;
      };
      await one.cache.set('a', 'old');
      await one.clock.advance(11_000);

      expect(await one.cache.wrap('a', throwing({ stale: 'keep' }))).to.equal('old');
      await one.clock.advance(31_000);
      expect(await rejectionOf(one.cache.wrap('a', throwing()))).to.equal(gone);
      await one.settle();
      expect(await rejectionOf(one.cache.wrap('a', () => Promise.reject(new Error('no database'))))).to.have.property(
        'message',
        'no database',
      );
      if (l2 === 'fake') expect(one.inL2('a')).to.equal(undefined);
    });
  }

  it('ends a value that is still fresh, when it is refreshed ahead of its end', async () => {
    const one = build({ l2: 'none', ttl: '10s', refreshAhead: 0.5 });
    await one.cache.set('a', 'old');
    await one.clock.advance(6_000);

    await one.cache.wrap('a', () => undefined);
    await one.settle();

    expect(one.cache.peek('a')).to.equal(undefined);
  });

  it('leaves a value that was set while the load ran', async () => {
    const one = build({ l2: 'none', ttl: '10s', staleIfError: '10m' });
    await one.cache.set('a', 'old');
    await one.clock.advance(11_000);

    await one.cache.wrap('a', async () => {
      await one.cache.set('a', 'newer');
      return undefined;
    });

    expect(one.cache.peek('a')).to.equal('newer');
  });
});
