import { expect } from 'chai';

import { Generations, type Generation } from '../../../src/domain/consistency/generations';
import { SingleFlight } from '../../../src/domain/reading/single-flight';
import { testKey } from '../../../src/testing/test-key';
import { deferred } from '../../builders/deferred';

const a = testKey('a');
const b = testKey('b');

describe('SingleFlight', () => {
  let generations: Generations;
  let flights: SingleFlight;

  beforeEach(() => {
    generations = new Generations();
    flights = new SingleFlight(generations);
  });

  afterEach(() => {
    expect(flights.size).to.equal(0);
    expect(generations.size).to.equal(0);
  });

  it('runs the task once for all who ask meanwhile', async () => {
    const { promise, resolve } = deferred<string>();
    let runs = 0;
    const ask = () =>
      flights.run(a, () => {
        runs += 1;
        return promise;
      });

    const waiting = Array.from({ length: 1_000 }, ask);
    resolve('landed');

    expect(new Set(await Promise.all(waiting))).to.deep.equal(new Set(['landed']));
    expect(runs).to.equal(1);
  });

  it('keeps keys apart', async () => {
    const landings = [flights.run(a, async () => 'for a'), flights.run(b, async () => 'for b')];

    expect(await Promise.all(landings)).to.deep.equal(['for a', 'for b']);
  });

  it('runs again for who asks after it has landed', async () => {
    await flights.run(a, async () => 1);

    expect(await flights.run(a, async () => 2)).to.equal(2);
  });

  for (const reason of [new Error('no database'), undefined, null, 'text']) {
    it(`rejects for all with the same reason: ${String(reason)}`, async () => {
      const { promise, reject } = deferred<never>();
      const waiting = [1, 2, 3].map(() => flights.run(a, () => promise));
      reject(reason);

      for (const outcome of await Promise.allSettled(waiting)) expect(outcome).to.deep.equal({ status: 'rejected', reason });
    });
  }

  it('starts anew beside the old flight once the key was invalidated', async () => {
    const old = deferred<string>();
    const before = flights.run(a, () => old.promise);
    generations.advance(a);
    const young = deferred<string>();
    const after = [flights.run(a, () => young.promise), flights.run(a, async () => 'nobody runs this')];

    young.resolve('young');
    old.resolve('old');

    expect(await before).to.equal('old');
    expect(await Promise.all(after)).to.deep.equal(['young', 'young']);
  });

  it('still shares the young flight when the old one lands first', async () => {
    const old = deferred<string>();
    const young = deferred<string>();
    const before = flights.run(a, () => old.promise);
    generations.advance(a);
    const after = flights.run(a, () => young.promise);
    old.resolve('old');
    await before;

    const joined = flights.run(a, async () => 'nobody runs this');
    young.resolve('young');

    expect(await Promise.all([after, joined])).to.deep.equal(['young', 'young']);
  });

  it('knows the generation of whoever is at it and was not overtaken', async () => {
    const { promise, resolve } = deferred();
    expect(flights.current(a)).to.equal(undefined);

    const landing = flights.run(a, () => promise);
    expect(flights.current(a)?.current).to.equal(true);
    generations.advance(a);
    expect(flights.current(a)).to.equal(undefined);

    resolve();
    await landing;
  });

  it('tells the task whether its key was invalidated', async () => {
    const { promise, resolve } = deferred();
    const seen: boolean[] = [];
    const landing = flights.run(a, async (generation: Generation) => {
      seen.push(generation.current);
      await promise;
      seen.push(generation.current);
    });
    generations.advance(a);
    resolve();
    await landing;

    expect(seen).to.deep.equal([true, false]);
  });

  it('gives each lane a flight of its own, under one generation', async () => {
    const { promise, resolve } = deferred<string>();
    const outer = flights.run(a, () => promise, 'handler');

    expect(await flights.run(a, async () => 'inside')).to.equal('inside');
    expect(flights.current(a, 'method')).to.equal(undefined);
    const seen = flights.current(a, 'handler');
    generations.advance(a);

    expect(seen?.current).to.equal(false);
    resolve('outside');
    expect(await outer).to.equal('outside');
  });

  it('knows what is within a flight of an outer lane, overtaken or not', async () => {
    const { promise, resolve } = deferred();
    const landing = flights.run(a, () => promise, 'method');
    generations.advance(a);

    expect([flights.isWithin(a, 'direct'), flights.isWithin(a, 'method'), flights.isWithin(a, 'handler')]).to.deep.equal([
      true,
      false,
      false,
    ]);
    expect(flights.isWithin(b, 'direct')).to.equal(false);

    resolve();
    await landing;
    expect(flights.isWithin(a, 'direct')).to.equal(false);
  });
});
