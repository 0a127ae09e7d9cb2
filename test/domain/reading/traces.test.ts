import { expect } from 'chai';
import type { CacheOptions } from '../../../src/domain/options/options';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';
import { RecordedSpans } from '../../builders/recorded-spans';
import { rejectionOf } from '../../builders/rejection-of';

describe('the spans of a cache', () => {
  const build = caches();

  it('are never asked for where they are off', async () => {
    const traces = new RecordedSpans(false);
    const one = build({ traces, ttl: '1m', staleWhileRevalidate: '1m', hearsOthers: true });

    await one.cache.get('a');
    await one.cache.wrap('a', () => 1);
    await one.clock.advance(61_000);
    await one.cache.wrap('a', () => 2);
    await one.settle();

    expect(traces.operations).to.deep.equal([]);
    expect(await one.cache.get('a')).to.equal(2);
  });

  it('are not made for answers of L1, fresh, due or stale', async () => {
    const traces = new RecordedSpans();
    const one = build({ traces, ttl: '1m', staleWhileRevalidate: '1m', refreshAhead: 0.9, hearsOthers: true });
    await one.cache.set('a', 1);
    one.cache.stopRefreshes();

    await one.cache.get('a');
    await one.cache.getEntry('a');
    await one.cache.wrap('a', () => 2);
    await one.cache.wrapEntry('a', () => 2);
    await one.clock.advance(59_000);
    await one.cache.wrap('a', () => 2);
    await one.clock.advance(2_000);
    await one.cache.wrap('a', () => 2);

    expect(traces.operations).to.deep.equal([]);
  });

  it('hold the load within the wrap that began it, and the loader alone within the load', async () => {
    const traces = new RecordedSpans();
    const one = build({ traces });
    const source = deferred<number>();
    const answer = one.cache.wrap('a', () => source.promise);
    await one.settle();

    const [wrap, loading] = traces.operations;
    expect(wrap).to.include({ operation: 'wrap', parent: undefined, outcome: 'running' });
    expect(loading).to.include({ operation: 'load', parent: wrap, outcome: 'running' });
    source.resolve(1);
    await answer;
    expect([wrap?.outcome, loading?.outcome]).to.deep.equal(['done', 'done']);
  });

  it('name the tier of a value', async () => {
    const traces = new RecordedSpans();
    const one = build({ traces });
    one.plant('there', 1);

    await one.cache.getMany(['there', 'missing']);

    expect(traces.of('get').map(({ facts }) => facts)).to.deep.equal([
      { tier: 'l2', isStale: false, loadOutcome: undefined, lease: undefined },
      { tier: undefined, isStale: false, loadOutcome: undefined, lease: undefined },
    ]);
  });

  it('mark a stale value that was served because L2 could not be asked', async () => {
    const traces = new RecordedSpans();
    const one = build({ traces, ttl: '1m', staleIfError: '1h', hearsOthers: true });
    await one.cache.set('a', 1);
    await one.clock.advance(61_000);
    one.probe.down();

    expect(await one.cache.get('a')).to.equal(1);

    expect(traces.of('get')[0]?.facts).to.deep.equal({ tier: 'l1', isStale: true, loadOutcome: undefined, lease: undefined });
  });

  it('carry the outcome of a load, also for the callers that shared it', async () => {
    const traces = new RecordedSpans();
    const one = build({ traces });
    const load = deferred<number>();
    const both = Promise.all([one.cache.wrap('a', () => load.promise), one.cache.wrap('a', () => 2)]);
    await one.settle();
    await one.cache.del('a');
    load.resolve(1);
    await both;
    await one.cache.wrap('b', (context) => {
      context.skip();
      return 1;
    });

    expect(traces.of('wrap').map(({ facts, isJoined }) => [facts?.loadOutcome, isJoined])).to.deep.equal([
      ['fenced', false],
      ['fenced', true],
      ['skipped', false],
    ]);
    expect(traces.of('load')).to.have.length(2);
  });

  it('do not mark a caller as joined that started a new load after a delete', async () => {
    const traces = new RecordedSpans();
    const one = build({ traces });
    const load = deferred<number>();
    const first = one.cache.wrap('a', () => load.promise);
    await one.settle();
    await one.cache.del('a');
    await one.cache.wrap('a', () => 2);
    load.resolve(1);
    await first;

    expect(traces.of('wrap').map(({ isJoined }) => isJoined)).to.deep.equal([false, false]);
  });

  it('fail with the loader, the wrap only when nothing old was there instead', async () => {
    const traces = new RecordedSpans();
    const one = build({ traces, ttl: '1m', staleIfError: '1h', hearsOthers: true });
    await one.cache.set('old', 1);
    await one.clock.advance(61_000);
    const failing = (): Promise<number> => Promise.reject(new Error('the database is away'));

    await one.cache.wrap('old', failing);
    await rejectionOf(one.cache.wrap('new', failing));

    expect(traces.of('load').map(({ outcome }) => outcome)).to.deep.equal(['failed', 'failed']);
    expect(traces.of('wrap').map(({ outcome, facts }) => [outcome, facts?.isStale])).to.deep.equal([
      ['done', true],
      ['failed', undefined],
    ]);
  });

  it('give a refresh its own trace, with its load inside', async () => {
    const traces = new RecordedSpans();
    const one = build({ traces, ttl: '1m', staleWhileRevalidate: '1m' });
    one.plant('a', 1, undefined, 61_000);

    await one.cache.wrap('a', () => 2);
    await one.settle();

    const [wrap, refresh, load] = traces.operations;
    expect(refresh).to.include({ operation: 'refresh', parent: undefined, cause: wrap, outcome: 'done' });
    expect(refresh?.facts).to.deep.equal({ tier: undefined, isStale: false, loadOutcome: 'stored', lease: 'taken' });
    expect(load).to.include({ operation: 'load', parent: refresh });
  });

  it('mark a refresh that another process had done already', async () => {
    const traces = new RecordedSpans();
    const one = build({ traces, ttl: '1m', staleWhileRevalidate: '1m', hearsOthers: true });
    await one.cache.set('a', 1);
    await one.clock.advance(61_000);
    one.plant('a', 2);

    await one.cache.wrap('a', () => 3);
    await one.settle();

    expect(traces.of('refresh')[0]?.facts).to.deep.equal({ tier: 'l2', isStale: false, loadOutcome: undefined, lease: undefined });
    expect(traces.of('load')).to.deep.equal([]);
  });

  it('name their namespace', async () => {
    const traces = new RecordedSpans();
    const one = build({ traces });

    await one.cache.namespace('orders').get('a');

    expect(traces.operations[0]?.cache).to.equal('tiercel:orders');
  });

  it('are refused at the door when they are none', () => {
    const options = { traces: {} } as unknown as CacheOptions;

    expect(() => build(options)).to.throw('traces: expected otelTraces(), true or false');
  });
});
