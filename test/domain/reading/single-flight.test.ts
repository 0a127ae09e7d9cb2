import { expect } from 'chai';

import { Background } from '../../../src/domain/shared/background';
import { Generations } from '../../../src/domain/consistency/generations';
import { LocalEntry } from '../../../src/domain/entry/entry';
import { notStored, type ReadResult } from '../../../src/domain/reading/read-result';
import { SingleFlight } from '../../../src/domain/reading/single-flight';
import type { Flight } from '../../../src/domain/reading/flight';
import { testKey } from '../../../src/testing/suite-tools';
import { deferred } from '../../builders/deferred';

const a = testKey('a');
const b = testKey('b');
const noLimit = { giveUpAfterMs: Infinity };

const resultOf = (value: unknown): ReadResult => notStored(value, 'skipped', 0);
const older = { entry: new LocalEntry('older', 0, 1, 1, 0, 1, 0), from: 'l1' } as const;

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

  /** Joins a flight of the key, or begins one whose work is the given promise. */
  function join(key: typeof a, work: Promise<unknown>, group?: 'handlers' | 'calls'): Flight {
    return flights.join(key, async () => resultOf(await work), noLimit, group);
  }

  const valueOf = async (flight: Flight): Promise<unknown> => (await flight.result).value;

  it('runs the task once for all callers that come meanwhile', async () => {
    const { promise, resolve } = deferred<string>();
    let runs = 0;
    const ask = () =>
      flights.join(
        a,
        async () => {
          runs += 1;
          return resultOf(await promise);
        },
        noLimit,
      );

    const waiting = Array.from({ length: 1_000 }, ask);
    resolve('value');

    expect(new Set(await Promise.all(waiting.map(valueOf)))).to.deep.equal(new Set(['value']));
    expect(runs).to.equal(1);
  });

  it('ends its generation once, so a later invalidation still reaches another flight of the key', async () => {
    const [first, second] = [deferred<string>(), deferred<string>()];
    const givenUp = join(a, first.promise);
    const other = join(a, second.promise, 'handlers');
    expect(flights.size).to.equal(2);

    givenUp.giveUp();
    first.resolve('late');
    await givenUp.result;
    generations.advance(a);

    expect([flights.size, other.current]).to.deep.equal([1, false]);
    second.resolve('value');
    await other.result;
  });

  it('keeps keys apart', async () => {
    const both = [join(a, Promise.resolve('for a')), join(b, Promise.resolve('for b'))];

    expect(await Promise.all(both.map(valueOf))).to.deep.equal(['for a', 'for b']);
  });

  it('runs again for a caller that comes after it has ended', async () => {
    await valueOf(join(a, Promise.resolve(1)));

    expect(await valueOf(join(a, Promise.resolve(2)))).to.equal(2);
  });

  for (const reason of [new Error('no database'), undefined, null, 'text']) {
    it(`rejects for all with the same reason: ${String(reason)}`, async () => {
      const { promise, reject } = deferred<never>();
      const waiting = [1, 2, 3].map(() => join(a, promise).result);
      reject(reason);

      for (const outcome of await Promise.allSettled(waiting)) expect(outcome).to.deep.equal({ status: 'rejected', reason });
    });
  }

  it('starts a new flight beside the old one after the key was invalidated', async () => {
    const [old, young] = [deferred<string>(), deferred<string>()];
    const before = join(a, old.promise);
    generations.advance(a);
    const after = [join(a, young.promise), join(a, Promise.resolve('not run'))];

    young.resolve('young');
    old.resolve('old');

    expect(await valueOf(before)).to.equal('old');
    expect(await Promise.all(after.map(valueOf))).to.deep.equal(['young', 'young']);
  });

  it('still shares the new flight when the old one ends first', async () => {
    const [old, young] = [deferred<string>(), deferred<string>()];
    const before = join(a, old.promise);
    generations.advance(a);
    const after = join(a, young.promise);
    old.resolve('old');
    await before.result;

    const joined = join(a, Promise.resolve('not run'));
    young.resolve('young');

    expect(await Promise.all([after, joined].map(valueOf))).to.deep.equal(['young', 'young']);
  });

  it('names the flight that a caller would join: none, a running one, and none after an invalidation', async () => {
    const { promise, resolve } = deferred();
    expect(flights.current(a)).to.equal(undefined);

    const flight = join(a, promise);
    expect(flights.current(a)).to.equal(flight);
    generations.advance(a);
    expect([flights.current(a), flight.current]).to.deep.equal([undefined, false]);

    resolve();
    await flight.result;
  });

  it('gives each group its own flights, under one generation', async () => {
    const { promise, resolve } = deferred<string>();
    const handler = join(a, promise, 'handlers');

    expect(await valueOf(join(a, Promise.resolve('data')))).to.equal('data');
    expect(flights.current(a)).to.equal(undefined);
    generations.advance(a);

    expect(handler.current).to.equal(false);
    resolve('answer');
    expect(await valueOf(handler)).to.equal('answer');
  });

  it('that was given up is over: the next caller starts a new one, and the late one may not store', async () => {
    const [stuck, young] = [deferred<string>(), deferred<string>()];
    const old = join(a, stuck.promise);

    old.giveUp();
    const next = join(a, young.promise);
    expect([old.current, next === old, next.current]).to.deep.equal([false, false, true]);

    stuck.resolve('late');
    young.resolve('young');
    expect(await valueOf(next)).to.equal('young');
    await old.result;
  });

  it('keeps an older value for its callers, and not after an invalidation, which made it wrong', async () => {
    const { promise, resolve } = deferred();
    const flight = join(a, promise);
    flight.noteOlder(older);
    expect(flight.older).to.equal(older);

    generations.advance(a);
    expect(flight.older).to.equal(undefined);
    resolve();
    await flight.result;
  });

  it('lets `close()` wait for a flight that runs, and not for one that was given up', async () => {
    const background = new Background();
    const [running, stuck] = [deferred(), deferred()];
    const first = join(a, running.promise);
    const second = join(b, stuck.promise);
    for (const flight of [first, first, second]) flight.trackIn(background);
    expect(background.size).to.equal(2);

    second.giveUp();
    running.resolve();
    await background.idle();

    expect(flights.size).to.equal(0);
  });

  it('holds nothing of a waiter that has left', async () => {
    const { promise, resolve } = deferred();
    const flight = join(a, promise);
    const heard: string[] = [];
    const waiter = {
      onResult: () => heard.push('result'),
      onError: () => heard.push('error'),
      onOlder: () => heard.push('older'),
      onGivenUp: () => 0,
    };
    const leave = flight.wait(waiter);
    flight.noteOlder(older);

    leave();
    flight.noteOlder(older);
    resolve();
    await flight.result;

    expect(heard).to.deep.equal(['older']);
  });
});
