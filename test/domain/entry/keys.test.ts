import { inspect } from 'node:util';
import { expect } from 'chai';
import { caches } from '../../builders/caches';
import { rejectionOf } from '../../builders/rejection-of';

const odd: Readonly<Record<string, string>> = {
  'a blank': ' ',
  'a star': '*',
  'a question mark': '?',
  'a colon': ':',
  'a text like a prefix': 'tiercel:v1:',
  braces: '{user}:1',
  'empty braces': '{}',
  'a pattern': '[a-z]*',
  'a line break': 'a\r\nDEL b\r\n',
  'a null character': 'a\u0000b',
  'a lone surrogate': 'a\ud800',
  'another lone surrogate': 'a\udfff',
  'an emoji': '👩‍👧',
  'the prototype': '__proto__',
  'a name that objects inherit': 'constructor',
  'a percent sign': '%',
  '10 MB': 'k'.repeat(10 * 1024 * 1024),
  '10 MB that end differently': `${'k'.repeat(10 * 1024 * 1024 - 1)}l`,
};

describe('Cache: keys', () => {
  const build = caches();

  it('keeps all odd keys apart, in both tiers', async () => {
    const [writer, reader] = [build(), build()];
    for (const [name, key] of Object.entries(odd)) expect(await writer.cache.set(key, name)).to.equal('done');
    for (const call of writer.store.calls) for (const key of call.keys) reader.store.plant(key, writer.store.peek(key)!.payload);

    for (const [name, key] of Object.entries(odd)) {
      expect(writer.cache.peek(key), name).to.equal(name);
      expect(await reader.cache.get(key), name).to.equal(name);
    }
  });

  it('deletes an odd key, and no other', async () => {
    const one = build();
    for (const key of Object.values(odd)) await one.cache.set(key, 1);

    for (const key of Object.values(odd)) {
      expect(await one.cache.del(key)).to.equal('done');
      expect(await one.cache.has(key)).to.equal(false);
    }
    expect(one.metrics.filter((event) => event.name === 'write' && event.operation === 'delete')).to.have.length(Object.keys(odd).length);
  });

  it('never sends a key that a server or a terminal could misread', async () => {
    const one = build();
    for (const key of Object.values(odd)) await one.cache.set(key, 1);

    for (const { keys } of one.store.calls) expect(keys[0]).to.match(/^tiercel:v1:[^\s{}\p{Cc}\p{Cs}]{1,600}$/u);
  });

  for (const key of ['', undefined, null, 5, {}, [], Symbol('key')] as readonly string[]) {
    it(`refuses ${inspect(key)} in every method`, async () => {
      const { cache } = build();
      const calls = [
        () => cache.get(key),
        () => cache.has(key),
        () => cache.getMany(['a', key]),
        () => cache.set(key, 1),
        () => cache.setMany([{ key, value: 1 }]),
        () => cache.del(key),
        () => cache.delMany([key]),
        () => cache.wrap(key, () => 1),
        () => cache.memoize(() => 1, { key: () => key })(),
      ];

      for (const call of calls) expect(await rejectionOf(call())).to.have.property('code', 'CACHE_KEY_INVALID');
      expect(() => cache.peek(key))
        .to.throw()
        .with.property('code', 'CACHE_KEY_INVALID');
    });
  }
});

describe('Cache: a sanitizer that throws', () => {
  const build = caches();
  const sanitizer = {
    sanitize: (key: string) => {
      if (key === 'bad') throw new Error('the key service is away');
      return key;
    },
  };

  it('lets wrap and memoize load the value, which is not stored', async () => {
    const one = build({ sanitizer });
    let loads = 0;
    const load = () => ++loads;

    expect([await one.cache.wrap('bad', load), await one.cache.wrap('bad', load)]).to.deep.equal([1, 2]);
    expect(await one.cache.wrapEntry('bad', load)).to.include({ value: 3, outcome: 'skipped' });
    expect(await one.cache.memoize(load, { key: () => 'bad' })()).to.equal(4);
    expect(one.calls()).to.equal(0);
  });

  it('rejects with the error of the loader', async () => {
    const one = build({ sanitizer });

    expect(await rejectionOf(one.cache.wrap('bad', () => Promise.reject(new Error('no database'))))).to.have.property(
      'message',
      'no database',
    );
  });

  it('rejects every other call with a code, the cause, and no key', async () => {
    const { cache } = build({ sanitizer });

    for (const call of [cache.get('bad'), cache.has('bad'), cache.set('bad', 1), cache.del('bad'), cache.getMany(['a', 'bad'])]) {
      const error = (await rejectionOf(call)) as Error;
      expect(error).to.include({ code: 'CACHE_SANITIZER_FAILED', message: 'key: the key sanitizer threw' });
      expect(error.cause).to.have.property('message', 'the key service is away');
    }
  });

  const unusable = {
    'gave no string, but a promise': async (key: string) => key,
    'gave no string, but undefined': () => undefined,
    'gave an empty string': () => '',
    'left control characters or half of a character': (key: string) => `${key}\n`,
  };
  for (const [how, sanitize] of Object.entries(unusable)) {
    it(`has failed as well where it ${how}: no key passes for another`, async () => {
      const one = build({ sanitizer: { sanitize: sanitize as (key: string) => string } });

      expect(await rejectionOf(one.cache.set('alice', 'her data'))).to.include({
        code: 'CACHE_SANITIZER_FAILED',
        message: `key: the key sanitizer ${how}`,
      });
      expect(await one.cache.wrap('bob', () => 'his data')).to.equal('his data');
      expect(one.calls()).to.equal(0);
    });
  }

  it('is named once, and hurts no other key', async () => {
    const one = build({ sanitizer });
    for (let n = 0; n < 3; n++) await one.cache.wrap('bad', () => n);
    await one.cache.set('a', 1);

    expect(await one.cache.get('a')).to.equal(1);
    expect(one.logger.messages('error')).to.deep.equal(['the key sanitizer threw (logged once)']);
  });
});

describe('Cache: namespaces', () => {
  const build = caches();

  it('do not see each other, in no tier', async () => {
    const one = build({ namespace: 'shop' });
    const orders = one.cache.namespace('orders');
    await one.cache.set('a', 'of the shop');
    await orders.set('a', 'of the orders');

    expect([one.cache.peek('a'), orders.peek('a')]).to.deep.equal(['of the shop', 'of the orders']);
    await one.cache.del('a');
    expect([await one.cache.get('a'), await orders.get('a')]).to.deep.equal([undefined, 'of the orders']);
    expect(one.store.peek(one.remoteKey('a'))).to.equal(undefined);
  });

  it('clear only their own', async () => {
    const one = build({ namespace: 'shop' });
    const [orders, order] = [one.cache.namespace('orders'), one.cache.namespace('order')];
    const all = [one.cache, orders, order, orders.namespace('old')];
    for (const cache of all) await cache.set('a', 1);
    one.store.plant(one.remoteKey('x').replace('shop:', 'shopping:') as ReturnType<typeof one.remoteKey>, 'of a neighbour');

    expect(await order.clear()).to.equal('done');
    for (const cache of all) expect(cache.peek('a')).to.equal(cache === order ? undefined : 1);
    expect(await one.cache.clear()).to.equal('done');

    expect(await Promise.all(all.map((cache) => cache.has('a')))).to.deep.equal([false, true, false, true]);
    expect(one.store.peek('shopping:v1:x' as ReturnType<typeof one.remoteKey>)).to.not.equal(undefined);
  });

  it('have one cache for one name', () => {
    const { cache } = build({ namespace: 'shop' });

    expect(cache.namespace('orders')).to.equal(cache.namespace('orders'));
    expect(cache.namespace('a:b')).to.equal(cache.namespace('a').namespace('b'));
    expect(cache.namespace('orders')).to.not.equal(cache);
  });

  for (const name of ['', ':', 'a b', '*', 'v1', 'a:v2', '../x', 'ä', 'x'.repeat(65)]) {
    it(`refuse the name ${inspect(name.slice(0, 20))}`, () => {
      const { cache } = build();

      expect(() => cache.namespace(name))
        .to.throw(/^namespace: expected /)
        .with.property('code', 'CACHE_OPTION_INVALID');
    });
  }

  it('emit their own events, and those of L2', async () => {
    const one = build({ namespace: 'shop' });
    const orders = one.cache.namespace('orders');
    const [ours, theirs] = [one.listen('set'), one.listen('set', orders)];
    const downs = [one.listen('down'), one.listen('down', orders)];
    await one.cache.set('a', 1);
    await orders.set('b', 1);

    one.driver.goAway('cut');

    expect([ours, theirs]).to.deep.equal([[{ key: 'a', outcome: 'done' }], [{ key: 'b', outcome: 'done' }]]);
    expect(downs).to.deep.equal([[{ reason: 'cut' }], [{ reason: 'cut' }]]);
    expect(one.logger.messages('warn')).to.have.length(1);
  });
});

describe('Cache: memoize', () => {
  const build = caches();

  it('answers from the cache and calls the function when it cannot', async () => {
    const { cache } = build();
    const calls: number[] = [];
    const square = cache.memoize(
      (n: number) => {
        calls.push(n);
        return n * n;
      },
      { key: (n) => `square:${n}` },
    );

    expect([await square(3), await square(3), await square(4)]).to.deep.equal([9, 9, 16]);
    expect(calls).to.deep.equal([3, 4]);
    expect(await cache.get('square:3')).to.equal(9);
  });

  for (const key of ['user:undefined', 'user_undefined', 'null', 'user:[object Object]', 'page/NaN/1']) {
    it(`runs the function uncached, and warns once, when its key is ${key}`, async () => {
      const one = build();
      let calls = 0;
      const counting = one.cache.namespace('counts').memoize(() => (calls += 1), { key: () => key });

      expect([await counting(), await counting()]).to.deep.equal([1, 2]);
      expect(one.logger.messages('warn')).to.have.length(1);
      expect(one.logger.messages('warn')[0]).to.match(/^memoize: 'key' returned a string with '.+' .*; calls with such a key run uncached/);
    });
  }

  const noKeys = { undefined, null: null, 'a number': 5, 'an empty string': '', 'an object': {}, 'a promise': Promise.resolve('a') };
  for (const [what, key] of Object.entries(noKeys)) {
    it(`rejects when its key is ${what}`, async () => {
      const { cache } = build();

      expect(await rejectionOf(cache.memoize(() => 1, { key: () => key as string })())).to.have.property('code', 'CACHE_KEY_INVALID');
    });
  }

  it('answers from the cache for keys in which such a word is a part of a word', async () => {
    const { cache } = build();
    let calls = 0;
    for (const key of ['nullable:1', 'undefinedness', 'BaNaNa']) {
      const counting = cache.memoize(() => (calls += 1), { key: () => key });
      expect(await counting()).to.equal(await counting());
    }

    expect(calls).to.equal(3);
  });

  it('lives by its own options', async () => {
    const one = build();
    const now = one.cache.memoize(() => one.clock.elapsed(), { key: () => 'now', ttl: '10s' });
    await now();
    await one.clock.advance(10_000);

    expect(await now()).to.equal(10_000);
  });

  it('rejects with the error of the function, and calls it again the next time', async () => {
    const { cache } = build();
    let calls = 0;
    const failing = cache.memoize(
      (): string => {
        calls += 1;
        throw new Error('no database');
      },
      { key: () => 'a' },
    );

    expect(await rejectionOf(failing())).to.have.property('message', 'no database');
    expect(await rejectionOf(failing())).to.have.property('message', 'no database');
    expect(calls).to.equal(2);
  });

  it('rejects, and does not throw, when a key cannot be made', async () => {
    const { cache } = build();
    const failing = cache.memoize(() => 1, {
      key: () => {
        throw new Error('no key');
      },
    });

    expect(await rejectionOf(failing())).to.have.property('message', 'no key');
  });
});
