import { context, createContextKey, SpanStatusCode, trace, type TracerProvider } from '@opentelemetry/api';
import { expect } from 'chai';
import { spy } from 'sinon';
import { otelTraces } from '../../../src/adapters/otel';
import { CacheError } from '../../../src/domain/cache-error';
import { createCache } from '../../../src/create-cache';
import { FakeClock, RecordingLogger } from '../../../src/testing';
import { caches } from '../../builders/caches';
import { deferred } from '../../builders/deferred';
import { rejectionOf } from '../../builders/rejection-of';
import { packageVersion } from './package-version';
import { AsyncContexts, RecordedTrace, type RecordedSpan } from './recorded-trace';

describe('otelTraces', () => {
  const build = caches();
  let recorded: RecordedTrace;

  beforeEach(() => {
    recorded = new RecordedTrace();
    context.setGlobalContextManager(new AsyncContexts());
  });

  afterEach(() => {
    context.disable();
    trace.disable();
  });

  /** Work of the application, in its own span. */
  const inSpan = <T>(name: string, work: () => T): T => {
    const span = recorded.getTracer().startSpan(name, {}, context.active());
    return context.with(trace.setSpan(context.active(), span), work);
  };
  const isChildOf = (child: RecordedSpan, parent: RecordedSpan): void => {
    expect(child.parent).to.equal(parent.spanContext());
  };

  it("nests the load in the wrap, the wrap in the request, and the loader's own spans in the load, across awaits", async () => {
    const one = build({ traces: otelTraces(recorded) });
    const loader = async (): Promise<number> => {
      await Promise.resolve();
      return inSpan('query', () => 1);
    };

    await inSpan('request', () => one.cache.wrap('a', loader));

    isChildOf(recorded.one('cache.wrap'), recorded.one('request'));
    isChildOf(recorded.one('cache.load'), recorded.one('cache.wrap'));
    isChildOf(recorded.one('query'), recorded.one('cache.load'));
    expect(
      recorded
        .named('cache.wrap')
        .concat(recorded.named('cache.load'))
        .map(({ ended }) => ended),
    ).to.deep.equal([1, 1]);
  });

  it('nests lazy work that starts when it is awaited, such as queries of some libraries, in the load, and starts it once', async () => {
    const one = build({ traces: otelTraces(recorded) });
    const lazy = { then: (resolve: (value: number) => void) => inSpan('query', () => resolve(1)) } as unknown as Promise<number>;

    expect(await one.cache.wrap('a', () => lazy)).to.equal(1);

    isChildOf(recorded.one('query'), recorded.one('cache.load'));
  });

  it('restores the span of the caller when the call is over', async () => {
    const one = build({ traces: otelTraces(recorded) });

    const after = await inSpan('request', async () => {
      await one.cache.wrap('a', () => 1);
      return trace.getActiveSpan();
    });

    expect(after).to.equal(recorded.one('request'));
  });

  it('has the outcome in the words of the conventions, and never a key or a value', async () => {
    const one = build({ traces: otelTraces(recorded), namespace: 'shop' });
    one.plant('there:secret-key', 'secret-value');
    await one.cache.get('there:secret-key');
    await one.cache.get('missing:secret-key');
    await one.cache.wrap('new:secret-key', () => 'secret-value');

    const [hit, miss] = recorded.named('cache.get');
    const always = { 'cache.name': 'shop', 'db.system.name': 'tiercel', 'db.namespace': 'shop' };
    expect(hit?.attributes).to.deep.equal({
      ...always,
      'db.operation.name': 'get',
      'cache.hit': true,
      'cache.tier': 'l2',
      'cache.stale': false,
    });
    expect(miss?.attributes).to.deep.equal({ ...always, 'db.operation.name': 'get', 'cache.hit': false });
    expect(recorded.one('cache.wrap').attributes).to.deep.equal({
      ...always,
      'db.operation.name': 'wrap',
      'cache.hit': false,
      'cache.load.outcome': 'stored',
      'cache.lease': 'taken',
    });
    expect(recorded.one('cache.load').attributes).to.deep.equal({ 'cache.name': 'shop' });
    expect(JSON.stringify(recorded.spans)).not.to.contain('secret');
  });

  it('names the namespace that was asked', async () => {
    const one = build({ traces: otelTraces(recorded) });

    await one.cache.namespace('orders').get('a');

    expect(recorded.one('cache.get').attributes['cache.name']).to.equal('tiercel:orders');
  });

  it('makes no span for an answer of L1', async () => {
    const one = build({ traces: otelTraces(recorded) });
    await one.cache.set('a', 1);

    await one.cache.get('a');
    await one.cache.wrap('a', () => 2);
    await one.cache.wrap('a', () => 2, { refreshAhead: 0.9 });
    one.cache.peek('a');

    expect(recorded.spans).to.deep.equal([]);
  });

  it('gives each caller of a shared load its own span, and the load to the first', async () => {
    const one = build({ traces: otelTraces(recorded) });
    const load = deferred<number>();
    const first = inSpan('request', () => one.cache.wrap('a', () => load.promise));
    const second = inSpan('request', () => one.cache.wrap('a', () => 2));
    load.resolve(1);

    await Promise.all([first, second]);

    const [leader, joiner] = recorded.named('cache.wrap');
    expect(leader?.attributes).not.to.have.property('cache.joined');
    expect(joiner?.attributes).to.include({ 'cache.joined': true, 'cache.hit': false, 'cache.load.outcome': 'stored' });
    expect(joiner?.parent).to.equal(recorded.named('request')[1]?.spanContext());
    expect(recorded.one('cache.load').parent).to.equal(leader?.spanContext());
  });

  it('gives a background refresh its own trace, linked to the span that caused it', async () => {
    const one = build({ traces: otelTraces(recorded), ttl: '1m', staleWhileRevalidate: '1m', hearsOthers: true });
    await one.cache.set('a', 1);
    await one.clock.advance(61_000);

    await inSpan('request', () => one.cache.wrap('a', () => inSpan('query', () => 2)));
    await one.settle();

    const refresh = recorded.one('cache.refresh');
    expect(refresh.parent).to.equal(undefined);
    expect(refresh.links).to.deep.equal([{ context: recorded.one('request').spanContext() }]);
    expect(refresh.attributes).to.include({ 'db.operation.name': 'refresh', 'cache.load.outcome': 'stored' });
    isChildOf(recorded.one('cache.load'), refresh);
    isChildOf(recorded.one('query'), recorded.one('cache.load'));
    expect(recorded.named('cache.wrap'), 'L1 answered').to.deep.equal([]);
  });

  it('links the refresh of an L2 value to the wrap that found it', async () => {
    const one = build({ traces: otelTraces(recorded), ttl: '1m', staleWhileRevalidate: '1m' });
    one.plant('a', 1, undefined, 61_000);

    await inSpan('request', () => one.cache.wrap('a', () => 2));
    await one.settle();

    const wrap = recorded.one('cache.wrap');
    expect(wrap.attributes).to.include({ 'cache.hit': true, 'cache.tier': 'l2', 'cache.stale': true });
    expect(recorded.one('cache.refresh').links).to.deep.equal([{ context: wrap.spanContext() }]);
  });

  it('links a refresh to nothing where nothing is traced', async () => {
    const one = build({ traces: otelTraces(recorded), ttl: '1m', staleWhileRevalidate: '1m', hearsOthers: true });
    await one.cache.set('a', 1);
    await one.clock.advance(61_000);

    await one.cache.wrap('a', () => 2);
    await one.settle();

    expect(recorded.one('cache.refresh').links).to.deep.equal([]);
  });

  it('lets nothing of a request into a refresh, nor the span under which the cache was made', async () => {
    const tenant = createContextKey('tenant');
    const clock = new FakeClock();
    const cache = inSpan('bootstrap', () => createCache({ traces: otelTraces(recorded), clock, refreshAhead: 0.5 }));
    const seen = deferred<unknown>();
    await cache.set('a', 1, '1m');
    await clock.advance(31_000);
    const loader = (): number => {
      seen.resolve(context.active().getValue(tenant));
      return 2;
    };

    await context.with(context.active().setValue(tenant, 'acme'), () => inSpan('request', () => cache.wrap('a', loader)));

    expect(await seen.promise).to.equal(undefined);
    expect(recorded.one('cache.refresh').parent).to.equal(undefined);
    expect(recorded.one('cache.refresh').links).to.deep.equal([{ context: recorded.one('request').spanContext() }]);
    await cache.close();
  });

  describe('when something fails', () => {
    class DatabaseError extends Error {}

    it('marks the load and the wrap with the kind of error, and not with its message', async () => {
      const one = build({ traces: otelTraces(recorded) });
      const error = new DatabaseError('no row for secret-key at postgres://u:secret@h');

      expect(await rejectionOf(one.cache.wrap('a', () => Promise.reject(error)))).to.equal(error);

      for (const span of [recorded.one('cache.load'), recorded.one('cache.wrap')]) {
        expect(span.status).to.deep.equal({ code: SpanStatusCode.ERROR });
        expect(span.attributes['error.type']).to.equal('DatabaseError');
        expect(span.exceptions).to.deep.equal([{ name: 'DatabaseError' }]);
        expect(span.ended).to.equal(1);
      }
      expect(JSON.stringify(recorded.spans)).not.to.contain('secret');
    });

    it('marks them where the loader throws at once', async () => {
      const one = build({ traces: otelTraces(recorded) });
      const loader = (): never => {
        throw new DatabaseError();
      };

      await rejectionOf(one.cache.wrap('a', loader));

      expect(recorded.one('cache.load')).to.deep.include({ ended: 1, status: { code: SpanStatusCode.ERROR } });
      expect(recorded.one('cache.wrap').attributes['error.type']).to.equal('DatabaseError');
    });

    it('marks them for a rejection that is no Error', async () => {
      const one = build({ traces: otelTraces(recorded) });
      const load = deferred<number>();
      load.reject(undefined);

      expect(await rejectionOf(one.cache.wrap('a', () => load.promise))).to.equal(undefined);

      expect(recorded.one('cache.load').attributes['error.type']).to.equal('_OTHER');
    });

    it('marks them for errors whose class has no name, or which hide it', async () => {
      const logger = new RecordingLogger();
      const one = build({ traces: otelTraces(recorded), logger });
      const hide = (): never => {
        throw new Error('not recorded');
      };
      const unusable: unknown[] = [
        new (class extends Error {})(),
        Object.assign(new Error(), { constructor: undefined }),
        Object.assign(new Error(), { constructor: { name: 5 } }),
        Object.defineProperty(new Error(), 'constructor', { get: hide }),
        new Proxy(new Error(), { getPrototypeOf: hide }),
      ];

      for (const error of unusable) expect(await rejectionOf(one.cache.wrap('a', () => Promise.reject(error as Error)))).to.equal(error);

      for (const span of recorded.spans) {
        expect(span.attributes['error.type']).to.equal('_OTHER');
        expect(span).to.deep.include({ ended: 1, status: { code: SpanStatusCode.ERROR }, exceptions: [{ name: '_OTHER' }] });
      }
      expect(recorded.named('cache.load')).to.have.length(unusable.length);
      expect(logger.messages('error')).to.deep.equal([]);
    });

    it("carries the cache's own error, and ends the load span with the load", async () => {
      const one = build({ traces: otelTraces(recorded) });
      const load = deferred<number>();
      const late = rejectionOf(one.cache.wrap('a', () => load.promise, { hardTimeout: 50 }));
      await one.clock.advance(50);

      expect(await late).to.be.instanceOf(CacheError);

      const wrap = recorded.one('cache.wrap');
      expect(wrap.attributes['error.type']).to.equal('CACHE_LOAD_TIMEOUT');
      expect(wrap.exceptions).to.deep.equal([{ name: 'CACHE_LOAD_TIMEOUT', message: 'wrap: no value within 50 ms' }]);
      expect(recorded.one('cache.load').ended).to.equal(0);
      load.resolve(1);
      await one.settle();
      expect(recorded.one('cache.load')).to.deep.include({ ended: 1, status: { code: SpanStatusCode.UNSET } });
    });

    it('is no failure of the wrap that an old value is served', async () => {
      const one = build({ traces: otelTraces(recorded), ttl: '1m', staleIfError: '1h', hearsOthers: true });
      await one.cache.set('a', 1);
      await one.clock.advance(61_000);

      await one.cache.wrap('a', () => Promise.reject(new DatabaseError()));

      expect(recorded.one('cache.load').status.code).to.equal(SpanStatusCode.ERROR);
      expect(recorded.one('cache.wrap').status.code).to.equal(SpanStatusCode.UNSET);
      expect(recorded.one('cache.wrap').attributes).to.include({ 'cache.hit': true, 'cache.stale': true });
    });

    it('answers all the same where the tracer throws, and says so once', async () => {
      const logger = new RecordingLogger();
      const broken = {
        getTracer: () => ({
          ...recorded.getTracer(),
          startSpan: () => {
            throw new Error('secret');
          },
        }),
      };
      const one = build({ traces: otelTraces(broken), logger });

      expect(await one.cache.wrap('a', () => 1)).to.equal(1);
      expect(await one.cache.get('b')).to.equal(undefined);

      expect(logger.lines.filter(({ message }) => message.includes('tracer'))).to.deep.equal([
        { level: 'error', message: 'traces: the tracer threw (logged once)' },
      ]);
    });

    it('answers all the same where a span throws', async () => {
      const one = build({ traces: otelTraces(recorded) });
      const load = deferred<number>();
      const answer = one.cache.wrap('a', () => load.promise);
      await one.settle();
      for (const span of recorded.spans) {
        span.setAttributes = span.end = () => {
          throw new Error('the span is broken');
        };
      }
      load.resolve(1);

      expect(await answer).to.equal(1);
    });
  });

  describe('while no span is recorded', () => {
    it('leaves the context of the application alone where no provider is registered', async () => {
      const one = build({ traces: otelTraces() });

      const seen = await inSpan('request', () => one.cache.wrap('a', () => trace.getActiveSpan()));

      expect(seen).to.equal(recorded.one('request'));
    });

    it('works nothing out for a span that the sampler did not want, and hands its decision on', async () => {
      recorded.samples = false;
      const one = build({ traces: otelTraces(recorded) });

      const seen = await one.cache.wrap('a', () => trace.getActiveSpan());

      expect(seen).to.equal(recorded.one('cache.load'));
      expect(recorded.one('cache.wrap').attributes).not.to.have.property('cache.hit');
      expect(recorded.spans.map(({ ended }) => ended)).to.deep.equal([1, 1]);
    });
  });

  it('finds a global provider that is registered after the cache was made', async () => {
    const cache = createCache({ traces: true });
    trace.setGlobalTracerProvider(recorded);

    await cache.wrap('a', () => 1);

    isChildOf(recorded.one('cache.load'), recorded.one('cache.wrap'));
    await cache.close();
  });

  it('comes in under the name and version of the package', () => {
    const getTracer = spy(recorded, 'getTracer');

    build({ traces: otelTraces(recorded) });

    expect(getTracer.args).to.deep.equal([['tiercel', packageVersion()]]);
  });

  it('makes spans for get and wrap alone', async () => {
    const one = build({ traces: otelTraces(recorded) });

    await one.cache.set('a', 1);
    await one.cache.has('b');
    await one.cache.setMany([{ key: 'c', value: 1 }]);
    await one.cache.del('a');
    await one.cache.delMany(['c']);
    await one.cache.clear();

    expect(recorded.spans).to.deep.equal([]);
  });

  it('refuses an object that is no provider', () => {
    const meters = { getMeter: () => undefined } as unknown as TracerProvider;

    expect(() => otelTraces(meters)).to.throw(CacheError, 'otelTraces(): expected a TracerProvider');
  });
});
