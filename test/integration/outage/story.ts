import { expect } from 'chai';
import type { Site } from './site';

const transitions = ['down', 'recovering', 'up', 'gap'] as const;

/** The reports for the operator: events, and one line for each. */
export class Story {
  readonly #site: Site;
  readonly #events: string[] = [];

  constructor(site: Site) {
    this.#site = site;
    for (const name of transitions) site.cache.on(name, () => this.#events.push(name));
  }

  expectOneOutageAtMost(): void {
    expect(this.#count('down'), this.#text).to.be.at.most(1);
  }

  expectOneLinePerTransition(): void {
    expect(this.#lines(/is offline/), this.#text).to.equal(this.#count('down'));
    expect(this.#lines(/answers again/), this.#text).to.equal(this.#count('recovering'));
    expect(this.#lines(/is up$/), this.#text).to.equal(this.#count('up'));
    expect(this.#lines(/may have been lost/), this.#text).to.equal(this.#count('gap'));
    expect(this.#lines(/accepts writes again/), this.#text).to.be.at.most(1);
    // A server that becomes a replica is asked once more on a new connection, and refuses once more.
    expect(this.#lines(/refuses writes/), this.#text).to.be.at.most(2);
    expect(this.#lines(/secret/)).to.equal(0);
    expect(this.#lines(/is offline|answers again|is up$|may have been lost|accepts writes again|refuses writes/)).to.equal(
      this.#logged.length,
    );
  }

  get #logged(): readonly string[] {
    return this.#site.log.lines.filter(({ level }) => level !== 'debug').map(({ message }) => message);
  }

  get #text(): string {
    return this.#logged.join('\n');
  }

  #lines(pattern: RegExp): number {
    return this.#logged.filter((line) => pattern.test(line)).length;
  }

  #count(name: (typeof transitions)[number]): number {
    return this.#events.filter((event) => event === name).length;
  }
}
