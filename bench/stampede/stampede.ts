import { consume } from '../harness/consume';
import type { Subject } from '../harness/race';
import type { User } from '../harness/users';

export type Load = () => Promise<User>;

/** One way to make many callers of a key share its load. */
export interface WayToLoad {
  readonly name: string;
  readonly ask: (key: string, load: Load) => Promise<User | undefined>;
}

export class Stampede implements Subject {
  readonly name: string;
  readonly #ask: WayToLoad['ask'];
  #stampedes = 0;
  #loads = 0;

  constructor({ name, ask }: WayToLoad) {
    this.name = name;
    this.#ask = ask;
  }

  /** How often the loader ran, per stampede. */
  get loadsEach(): number {
    return this.#loads / this.#stampedes;
  }

  async run(callers: number): Promise<void> {
    const key = `cold:${this.#stampedes++}`;
    const answers = await Promise.all(Array.from({ length: callers }, () => this.#ask(key, () => this.#load())));
    for (const answer of answers) consume(answer!.id);
  }

  /** Long enough that all callers come before it ends. */
  #load(): Promise<User> {
    this.#loads += 1;
    return new Promise((resolve) => setImmediate(resolve, { id: this.#loads, name: 'Ada' }));
  }
}
