import type { CacheOptions } from '../../src/domain/options/options';
import { ttlWithoutBusMs } from '../../src/domain/bus/invalidation-channel';
import type { InvalidationMessage } from '../../src/ports/invalidation-bus';
import { FakeClock } from '../../src/testing/fake-clock';
import { FakeMedium } from '../../src/testing/fake-bus';
import { FakeStore } from '../../src/testing/fake-store';
import { testKey } from '../../src/testing/suite-tools';
import { processCount, type Arrangement, type History, type Step } from './history';
import { Process, tagKeys, type Surroundings } from './process';
import { keys, Reference, tagOf, type Key } from './reference';

export interface WorldOptions extends CacheOptions {
  /** @defaultValue `true` */
  readonly bus?: boolean;
  /**
   * Whether the processes use a namespace that shares the tags of the outermost one.
   * @defaultValue `false`
   */
  readonly below?: boolean;
}

type Use = Extract<Step, { readonly do: 'get' | 'wrap' | 'set' | 'del' | 'expire' | 'delByTag' | 'clear' }>;
type Trouble = Extract<Step, { readonly do: 'l2' }>;
type Disturbance = Extract<Step, { readonly do: 'bus' | 'release' }>;

/** Milliseconds. */
const wrongWallMs = 90_000;

/** With the time in which an answer of L2 may have been under way when the trust began. */
const longestTrustMs = ttlWithoutBusMs + 250;

const arrange: Record<Arrangement, (held: readonly InvalidationMessage[]) => readonly InvalidationMessage[]> = {
  'in order': (held) => held,
  reversed: (held) => held.toReversed(),
  twice: (held) => [...held, ...held],
  'first lost': (held) => held.slice(1),
  'all lost': () => [],
};

/** Processes, a server and a bus, and the applications that use them, one history long. */
export class World {
  readonly #clock = new FakeClock();
  readonly #reference = new Reference();
  /** Whether a process without messages and without L2 may serve its old values, as `staleIfError` allows. */
  readonly #allowsSpares: boolean;
  readonly #servesStale: boolean;
  readonly #surroundings: Surroundings;
  readonly #server: FakeStore;
  readonly #processes: Process[];
  readonly #running: Promise<unknown>[] = [];
  #lives = 0;

  constructor({ below = false, bus = true, ...options }: WorldOptions, latencies: readonly number[]) {
    this.#allowsSpares = options.staleIfError !== undefined;
    this.#servesStale = options.staleWhileRevalidate !== undefined;
    const server = (this.#server = new FakeStore(this.#clock));
    const medium = bus ? new FakeMedium() : undefined;
    let draws = 0;
    const latency = (): number => latencies[draws++ % latencies.length]!;
    this.#surroundings = { clock: this.#clock, server, medium, latency, reference: this.#reference, options, below };
    this.#processes = Array.from({ length: processCount }, () => this.#start());
  }

  /** Forbidden reads, and leftovers. */
  static async violations({ steps, latencies }: History, options: WorldOptions): Promise<readonly string[]> {
    const world = new World(options, latencies);
    for (const step of steps) await world.#take(step);
    await world.#end();
    return world.#reference.violations;
  }

  async #take(step: Step): Promise<void> {
    switch (step.do) {
      case 'pass':
        return this.#clock.advance(step.ms);
      case 'l2':
        for (const process of this.#whom(step.process)) this.#trouble(process, step);
        return;
      case 'forget':
        // A real clock has gone on since the last invalidation.
        await this.#clock.advance(1);
        void this.#server.delete(step.what === 'state' ? [testKey('tiercel:v1~{tiercel}state')] : tagKeys);
        return;
      case 'restart':
        this.#running.push(this.#processes[step.process]!.die());
        this.#processes[step.process] = this.#start();
        return;
      case 'bus':
      case 'release':
        this.#disturb(this.#processes[step.process]!, step);
        return;
      default:
        this.#use(this.#processes[step.process]!, step);
    }
  }

  #use(process: Process, step: Use): void {
    const { between, cache, outermost } = process;
    switch (step.do) {
      case 'get':
        this.#read(process, step.key, () => cache.get<number>(step.key));
        return;
      case 'wrap':
        this.#read(process, step.key, () => cache.wrap(step.key, () => this.#load(step.key, step.loadMs), { tags: [tagOf(step.key)] }));
        return;
      case 'set':
        this.#invalidate(process, [step.key], () => this.#set(process, step.key));
        return;
      case 'expire':
        // Where stale values are served, an expired one is.
        this.#invalidate(process, [step.key], () => (this.#servesStale ? cache.del(step.key) : cache.expire(step.key)));
        return;
      case 'delByTag':
        this.#invalidate(process, [step.key], () => [outermost, between, cache][step.process]!.delByTag(tagOf(step.key)));
        return;
      case 'clear':
        this.#invalidate(process, keys, () => [outermost, between, cache][step.process]!.clear());
        return;
      case 'del':
        if (step.commitMs === undefined) this.#invalidate(process, [step.key], () => cache.del(step.key));
        else this.#invalidateEarly(process, step.key, step.commitMs);
    }
  }

  async #set({ cache, knowledge: { setting } }: Process, key: Key): Promise<'done' | 'pending'> {
    const version = this.#reference.database[key];
    const name = `${key}${version}`;
    setting.add(name);
    const outcome = await cache.set(key, version, { tags: [tagOf(key)] });
    if (outcome === 'done') setting.delete(name);
    return outcome;
  }

  #read(process: Process, key: Key, read: () => Promise<number | undefined>): void {
    const begun = this.#reference.reads(process.knowledge, key);
    this.#running.push(
      read().then((version) => {
        if (process.isAlive) this.#reference.hasRead(begun, version);
      }),
    );
  }

  /** As applications should: first the database. */
  #invalidate(process: Process, of: readonly Key[], call: () => Promise<'done' | 'pending'>): void {
    const { database } = this.#reference;
    for (const key of of) this.#reference.changes(process.knowledge, key, ++database[key]);
    const promised = { ...database };
    this.#await(process, of, call, () => promised);
  }

  /** While the delete is in flight: a caller that waits for it finds the values committed before the answer. */
  #invalidateEarly(process: Process, key: Key, commitMs: number): void {
    const { database } = this.#reference;
    const promised = { ...database };
    this.#clock.schedule(commitMs, () => (promised[key] = ++database[key]));
    this.#await(
      process,
      [key],
      () => process.cache.del(key),
      () => promised,
    );
  }

  #await(process: Process, of: readonly Key[], call: () => Promise<'done' | 'pending'>, promised: () => Record<Key, number>): void {
    const { knowledge } = process;
    const invalidation = this.#reference.invalidates(knowledge, of);
    this.#running.push(
      call().then((outcome) => {
        if (!process.isAlive) return;
        this.#reference.hasInvalidated(knowledge, invalidation, outcome, promised());
        if (outcome === 'done') this.#holdAllTo(process, of);
      }),
    );
  }

  /** Processes on the bus know the changes of L2 in the next turn; a process without the bus asks L2 again in time. */
  #holdAllTo(changer: Process, of: readonly Key[]): void {
    for (const process of this.#processes) {
      const hear = (): boolean => changer.bus !== undefined && changer.isUndisturbed && process.isUndisturbed;
      if (process !== changer && hear()) this.#holdAfter(1, process, of, hear);
      if (!process.hears && !this.#allowsSpares) this.#holdAfter(longestTrustMs, process, of);
    }
  }

  #holdAfter(ms: number, { knowledge }: Process, of: readonly Key[], condition = (): boolean => true): void {
    const holds = of.map((key) => this.#reference.promise(key));
    this.#clock.schedule(ms, () => {
      if (condition()) for (const hold of holds) hold(knowledge);
    });
  }

  async #load(key: Key, ms: number): Promise<number> {
    const version = this.#reference.database[key];
    if (ms > 0) await new Promise<void>((resolve) => this.#clock.schedule(ms, resolve));
    return version;
  }

  #trouble({ probe, wire }: Process, { becomes, unnoticed }: Pick<Trouble, 'becomes' | 'unnoticed'>): void {
    wire.become(becomes);
    if (becomes === 'well' || becomes === 'readOnly') probe.up();
    else if (!unnoticed) probe.down();
  }

  #whom(process: number | 'all'): readonly Process[] {
    return process === 'all' ? this.#processes : [this.#processes[process]!];
  }

  #disturb(process: Process, step: Disturbance): void {
    const { bus } = process;
    process.isUndisturbed = false;
    if (step.do === 'release') bus?.release(arrange[step.arrangement]);
    else if (step.becomes === 'held') bus?.hold();
    else if (step.becomes === 'well') bus?.heal();
    else {
      bus?.cut();
      if (!this.#allowsSpares) this.#holdAfter(longestTrustMs, process, keys);
    }
  }

  /** All outages are over, and pending keys are deleted; then every process reads once more. */
  async #end(): Promise<void> {
    for (const process of this.#processes) {
      this.#trouble(process, { becomes: 'well', unnoticed: false });
      process.bus?.release();
      process.bus?.heal();
    }
    await this.#clock.advance(70_000);
    for (const process of this.#processes) for (const key of keys) this.#read(process, key, () => process.cache.get<number>(key));
    await this.#clock.advance(1_000);
    for (const { cache, knowledge } of this.#processes) {
      const { pending, state } = cache.health().l2!;
      if (state !== 'up') this.#reference.violations.push(`${knowledge.name}: a use of L2 was promised`);
      if (pending > 0) this.#reference.violations.push(`${knowledge.name} has not got rid of ${pending}`);
    }
    this.#running.push(...this.#processes.map((process) => process.die()));
    await this.#clock.advance(5_000);
    await Promise.all(this.#running);
    if (this.#clock.waiting > 0) this.#reference.violations.push(`${this.#clock.waiting} timers are left`);
  }

  #start(): Process {
    // No promise depends on the wall clock of a machine.
    const wallAheadMs = ((this.#lives % 3) - 1) * wrongWallMs;
    const process = new Process(`p${++this.#lives}`, wallAheadMs, this.#surroundings);
    void process.cache.start();
    process.probe.up();
    return process;
  }
}
