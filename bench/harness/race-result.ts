import { median } from './statistics';

/** One subject in one round, in nanoseconds per operation. */
export interface Lap {
  readonly wallNs: number;
  /** Of this process, all its threads; a server's is not in it. */
  readonly cpuNs: number;
}

export class RaceResult {
  readonly #laps: ReadonlyMap<string, readonly Lap[]>;

  constructor(laps: ReadonlyMap<string, readonly Lap[]>) {
    this.#laps = laps;
  }

  get names(): string[] {
    return [...this.#laps.keys()];
  }

  median(name: string, clock: keyof Lap): number {
    return median(this.#of(name).map((lap) => lap[clock]));
  }

  /** How many times as long the one takes as the other: the median of the ratios of each round. */
  ratio(name: string, other: string, clock: keyof Lap = 'wallNs'): number {
    const others = this.#of(other);
    return median(this.#of(name).map((lap, round) => lap[clock] / others[round]![clock]));
  }

  /** How much longer the one takes than the other, in nanoseconds: the median of the differences of each round. */
  difference(name: string, other: string): number {
    const others = this.#of(other);
    return median(this.#of(name).map((lap, round) => lap.wallNs - others[round]!.wallNs));
  }

  #of(name: string): readonly Lap[] {
    const laps = this.#laps.get(name);
    if (laps === undefined) throw new Error(`${name} did not run in this race`);
    return laps;
  }
}
