import type { Answer, Answers } from './answers';
import type { Site } from './site';

/** An outage between a cache and its L2, and its end. */
export interface Scenario {
  readonly name: string;
  /** Further arguments of the server. */
  readonly serverArgs?: readonly string[];
  /** Through a proxy that can misbehave. */
  readonly proxied?: true;
  /** The part of the URL before the host. */
  readonly credentials?: string;
  /** The outage begins before the cache is first used, so L1 is empty. */
  readonly fromTheStart?: true;
  readonly losesData?: true;
  /** Begins the outage. Resolves with the function that ends it. */
  readonly begin: (site: Site) => Promise<() => unknown>;
  /** The answers of the first calls. */
  readonly first: Answers<Answer>;
  /** The answers once the cache has noticed. */
  readonly then: Answers<Answer>;
  /** The state in `health()` by then. */
  readonly state: 'up' | 'down';
  readonly reason?: RegExp;
}

/** As if nothing were wrong. */
export const served: Answers<Answer> = { warm: 'value', cold: 'value', set: 'done', del: 'done', wrap: 'loaded' };

/** L1 and the loaders answer, and pending keys are deleted from L2 later. */
export const alone: Answers<Answer> = { warm: 'value', cold: 'miss', set: 'pending', del: 'pending', wrap: 'loaded' };
