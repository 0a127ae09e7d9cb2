import { Injectable } from '@nestjs/common';
import { expect } from 'chai';
import sinon from 'sinon';
import { concat, defer, EMPTY, firstValueFrom, from, interval, lastValueFrom, map, NEVER, Observable, of, Subject, take, throwError, toArray } from 'rxjs'; // prettier-ignore
import { CacheError } from '../../../../src/domain/cache-error';
import { CacheableService } from '../../../../src/nest/shared/cacheable.service';
import { CacheEvict, CachePut, Cacheable, type CacheableDecorator } from '../../../../src/nest/decorators/method.decorators';
import { rejectionOf } from '../../../builders/rejection-of';
import { application, closeApplications } from '../application';

@Injectable()
class Prices {
  subscriptions = 0;
  source: Observable<unknown> = of(1);

  #counted(): Observable<unknown> {
    return defer(() => {
      this.subscriptions++;
      return this.source;
    });
  }

  @Cacheable({ key: 'price' })
  find(): Observable<unknown> {
    return this.#counted();
  }

  @CachePut({ key: 'price' })
  update(): Observable<unknown> {
    return this.#counted();
  }

  @CacheEvict({ key: 'price' })
  remove(): Observable<unknown> {
    return this.#counted();
  }

  @CacheEvict({ key: 'price', beforeInvocation: true })
  replace(): Observable<unknown> {
    return this.#counted();
  }

  @Cacheable()
  watch(signal: AbortSignal): Observable<unknown> {
    return of(signal.aborted);
  }
}

const all = (observable: Observable<unknown>) => lastValueFrom(observable.pipe(toArray()), { defaultValue: [] });
const turn = () => new Promise(setImmediate);

describe('decorated methods that return Observables', () => {
  let prices: Prices;
  let cache: CacheableService;

  beforeEach(async () => {
    const module = await application({ providers: [Prices] });
    prices = module.get(Prices);
    cache = module.get(CacheableService, { strict: false });
  });

  afterEach(async () => {
    sinon.restore();
    await closeApplications();
  });

  describe('@Cacheable', () => {
    it('replays a single value', async () => {
      expect(await all(prices.find())).to.deep.equal([1]);
      expect(await all(prices.find())).to.deep.equal([1]);
      expect(prices.subscriptions).to.equal(1);
    });

    it('asks the cache at each subscription', async () => {
      const found = prices.find();
      expect(prices.subscriptions).to.equal(0);

      await Promise.all([all(found), all(found)]);
      await all(found);

      expect(prices.subscriptions).to.equal(1);
    });

    it('stores the value although the subscriber leaves with it', async () => {
      prices.source = from(Promise.resolve(5));

      expect(await firstValueFrom(prices.find())).to.equal(5);
      expect(cache.peek('price')).to.equal(5);
    });

    it('passes on several values, and stores none', async () => {
      prices.source = of(1, 2, 3);

      expect(await all(prices.find())).to.deep.equal([1, 2, 3]);
      expect(await all(prices.find())).to.deep.equal([1, 2, 3]);
      expect(prices.subscriptions).to.equal(2);
      expect(cache.peek('price')).to.equal(undefined);
    });

    it('runs the method for each subscriber when the Observable is a stream', async () => {
      prices.source = interval(1).pipe(take(3));

      const both = await Promise.all([all(prices.find()), all(prices.find())]);

      expect(both).to.deep.equal([[0, 1, 2], [0, 1, 2]]); // prettier-ignore
      expect(prices.subscriptions).to.equal(2);
    });

    it('holds nothing back of a stream that never ends', async () => {
      const source = new Subject<number>();
      prices.source = source;
      const seen: unknown[] = [];
      const subscription = prices.find().subscribe((value) => seen.push(value));
      await turn();
      source.next(1);
      source.next(2);
      await turn();
      source.next(3);

      expect(seen).to.deep.equal([1, 2, 3]);
      subscription.unsubscribe();
      expect(source.observed).to.equal(false);
    });

    it('does not wait for the end after a first value', async () => {
      prices.source = concat(of(1), NEVER);

      expect(await firstValueFrom(prices.find())).to.equal(1);
      expect(await firstValueFrom(prices.find())).to.equal(1);
      expect(prices.subscriptions).to.equal(2);
      expect(cache.peek('price')).to.equal(undefined);
    });

    it('does not store that there was no value', async () => {
      prices.source = EMPTY;

      expect(await all(prices.find())).to.deep.equal([]);
      expect(await all(prices.find())).to.deep.equal([]);
      expect(prices.subscriptions).to.equal(2);
    });

    it('passes errors as they are, also after values', async () => {
      const failure = new TypeError('no price');
      prices.source = throwError(() => failure);
      expect(await rejectionOf(all(prices.find()))).to.equal(failure);

      prices.source = concat(of(1), prices.source);
      const seen: unknown[] = [];
      await new Promise<void>((resolve) => prices.find().subscribe({ next: (value) => seen.push(value), error: (error: unknown) => resolve(void seen.push(error)) })); // prettier-ignore
      expect(seen).to.deep.equal([1, failure]);
      expect(cache.peek('price')).to.equal(undefined);
    });

    it('stores the value also when the subscriber left before it arrived', async () => {
      const source = new Subject<number>();
      prices.source = source;
      prices.find().subscribe().unsubscribe();
      await turn();
      source.next(1);
      source.complete();
      await turn();

      expect(cache.peek('price')).to.equal(1);
    });

    it('ends a stream whose only subscriber left before it arrived', async () => {
      const source = new Subject<number>();
      prices.source = source;
      prices.find().subscribe().unsubscribe();
      await turn();
      source.next(1);
      source.next(2);
      await turn();

      expect(source.observed).to.equal(false);
    });

    it('runs the method when the cache refuses the call', async () => {
      sinon.stub(cache, 'wrap').rejects(new CacheError('CACHE_KEY_INVALID', 'refused'));

      expect(await all(prices.find())).to.deep.equal([1]);
    });

    it('runs the method uncached for arguments that cannot make a key', async () => {
      expect(await all(prices.watch(new AbortController().signal))).to.deep.equal([false]);
      expect(await all(prices.watch(AbortSignal.abort()))).to.deep.equal([true]);
    });

    it('detects at the first call that a method without a declared type returns an Observable', async () => {
      class Vague {
        calls = 0;

        @(Cacheable({ key: 'vague' }) as CacheableDecorator<object> as MethodDecorator)
        find(): unknown {
          this.calls++;
          return of('seen').pipe(map((value) => value));
        }
      }
      const module = await application({ providers: [Vague] });
      const vague = module.get(Vague);

      expect(await all(vague.find() as Observable<unknown>)).to.deep.equal(['seen']);
      expect(await all(vague.find() as Observable<unknown>)).to.deep.equal(['seen']);
      expect(vague.calls).to.equal(1);
    });
  });

  describe('@CachePut', () => {
    it('has stored the only value when it arrives', async () => {
      expect(await firstValueFrom(prices.update())).to.equal(1);
      expect(cache.peek('price')).to.equal(1);
    });

    it('passes on a stream, and stores nothing', async () => {
      prices.source = of(1, 2);

      expect(await all(prices.update())).to.deep.equal([1, 2]);
      expect(cache.peek('price')).to.equal(undefined);
    });

    it('runs nothing before a subscription, and ends with it', async () => {
      const source = new Subject<number>();
      prices.source = source;
      const update = prices.update();
      expect(prices.subscriptions).to.equal(0);

      update.subscribe().unsubscribe();

      expect(prices.subscriptions).to.equal(1);
      expect(source.observed).to.equal(false);
    });
  });

  describe('@CacheEvict', () => {
    beforeEach(() => cache.set('price', 'old'));

    for (const [what, source] of [
      ['one value', of(1)],
      ['no value', EMPTY],
      ['many', of(1, 2)],
    ] as const) {
      // prettier-ignore
      it(`has deleted the entry when an Observable of ${what} ends`, async () => {
        prices.source = source;

        await all(prices.remove());

        expect(cache.peek('price')).to.equal(undefined);
      });
    }

    it('has deleted the entry when the only value arrives', async () => {
      await firstValueFrom(prices.remove());

      expect(cache.peek('price')).to.equal(undefined);
    });

    it('keeps the entry when the method fails', async () => {
      prices.source = throwError(() => new TypeError('no'));

      await rejectionOf(all(prices.remove()));

      expect(cache.peek('price')).to.equal('old');
    });

    it('deletes the entry before the method runs with beforeInvocation', async () => {
      prices.source = defer(() => of(cache.peek('price')));

      expect(await all(prices.replace())).to.deep.equal([undefined]);
    });
  });
});
