/** Clients choose the names: how many verdicts are kept, and for names of how many characters. */
const limits = { verdicts: 1_000, characters: 64 };

/** A check of header names that remembers its verdicts, since most requests of a process have the same few headers. */
export class NameVerdicts {
  readonly #judge: (name: string) => boolean;
  readonly #known = new Map<string, boolean>();

  /** @param judge - gets the name in lower case */
  constructor(judge: (name: string) => boolean) {
    this.#judge = judge;
  }

  of(name: string): boolean {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const verdict = this.#judge(name.toLowerCase());
    if (this.#known.size >= limits.verdicts) this.#known.clear();
    if (name.length <= limits.characters) this.#known.set(name, verdict);
    return verdict;
  }
}
