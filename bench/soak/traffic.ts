import { setTimeout as sleep } from 'node:timers/promises';
import { now } from './clock';
import type { History } from './history';
import type { Instance } from './instance';
import { callOf, tagOf, type Changed, type ChangeKind, type ReadKind, type Request } from './requests';
import type { Versions } from './versions';

/** Keys that fit into L1 and are asked for often, and others that mostly do not. */
export const hotKeys = 16;
export const allKeys = 256;
export const lruSize = 64;

const clientsPerInstance = 4;
/** Between an answer and the next request, in milliseconds. */
const longestPauseMs = 40;

/** Of a hundred requests. */
const mix: readonly (readonly [number, ReadKind | ChangeKind, 'hot' | 'cold'])[] = [
  [39.8, 'get', 'hot'],
  [14, 'get', 'cold'],
  [10, 'wrap', 'hot'],
  [8, 'wrap', 'cold'],
  [10, 'intercept', 'hot'],
  [4, 'intercept', 'cold'],
  [4, 'set', 'hot'],
  [2, 'set', 'cold'],
  [5, 'del', 'hot'],
  [1, 'del', 'cold'],
  [2, 'delByTag', 'hot'],
  [0.2, 'clear', 'hot'],
];

/** A third of the keys is changed by both instances, and a third by each alone: an instance learns the changes of the other by messages. */
const mayChange = (instance: number, key: number): boolean => key % 3 === instance || key % 3 === 2;

interface Choice {
  readonly kind: ReadKind | ChangeKind;
  readonly key: number;
}

export interface TrafficParts {
  readonly instances: readonly Instance[];
  readonly versions: Versions;
  readonly history: History;
}

/** A few clients of each instance, each with one request at a time. */
export class Traffic {
  readonly latenciesMs: number[] = [];
  readonly errors: string[] = [];
  /** Which instances were well when they last answered. */
  readonly #well = new Set<number>();
  readonly #parts: TrafficParts;
  readonly #clients: readonly Promise<void>[];
  /** Two invalidations of a key at the same time by the same process have no known order. */
  readonly #inFlight = new Set<string>();
  readonly #calmSince: number;
  #stopped = false;

  /** @param calmSince - `Infinity` during an outage */
  constructor(parts: TrafficParts, calmSince: number) {
    this.#parts = parts;
    this.#calmSince = calmSince;
    this.#clients = parts.instances.flatMap((_, instance) => Array.from({ length: clientsPerInstance }, () => this.#client(instance)));
  }

  get isEverythingWell(): boolean {
    return this.#well.size === this.#parts.instances.length;
  }

  /** Earlier responses do not count any more. */
  forgetAnswers(): void {
    this.#well.clear();
  }

  /** Resolves once everything that was asked is answered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
  }

  async #client(instance: number): Promise<void> {
    while (!this.#stopped) {
      await this.#ask(instance, this.#choose());
      await sleep(Math.random() * longestPauseMs);
    }
  }

  #choose(): Choice {
    let dice = Math.random() * 100;
    const [, kind, temperature] = mix.find(([share]) => (dice -= share) < 0) ?? mix[0]!;
    const key = temperature === 'hot' ? Math.random() * hotKeys : hotKeys + Math.random() * (allKeys - hotKeys);
    return { kind, key: Math.floor(key) };
  }

  async #ask(instance: number, { key, kind }: Choice): Promise<void> {
    if (kind === 'get' || kind === 'wrap' || kind === 'intercept') return this.#exchange(instance, { kind, key });
    if (kind !== 'clear' && !mayChange(instance, key)) return;
    const of = keysOf(kind, key);
    const names = of.map((one) => `${instance} ${one}`);
    if (names.some((name) => this.#inFlight.has(name))) return;
    for (const name of names) this.#inFlight.add(name);
    const changed = of.map((one): Changed => ({ key: one, version: this.#parts.versions.change(one) }));
    await this.#exchange(instance, { kind, key: kind === 'delByTag' ? tagOf(key) : key, changed });
    for (const name of names) this.#inFlight.delete(name);
  }

  async #exchange(instance: number, request: Request): Promise<void> {
    const { history, instances } = this.#parts;
    const askedAt = now();
    try {
      const { facts, text } = await instances[instance]!.ask(...callOf(request));
      const answeredAt = now();
      this.latenciesMs.push(answeredAt - askedAt);
      history.add({ instance, request, askedAt, answeredAt, text, facts, calmSince: this.#calmSince });
      if (facts.isWell) this.#well.add(instance);
      else this.#well.delete(instance);
    } catch (error) {
      this.errors.push(reasonOf(error));
    }
  }
}

/** The keys whose entries a change is about. */
function keysOf(kind: ChangeKind, key: number): readonly number[] {
  if (kind === 'set' || kind === 'del') return [key];
  const all = Array.from({ length: allKeys }, (_, one) => one);
  return kind === 'clear' ? all : all.filter((one) => tagOf(one) === tagOf(key));
}

/** `fetch` has the reason in the cause alone. */
function reasonOf(error: unknown): string {
  return String(error instanceof Error && error.cause instanceof Error ? error.cause : error);
}
