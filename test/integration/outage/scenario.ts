import type { Answer, Answers } from './answers';
import type { Site } from './site';

/** Something goes wrong between a cache and its L2, and is mended. */
export interface Scenario {
  readonly name: string;
  /** Further arguments of the server. */
  readonly serverArgs?: readonly string[];
  /** Through a proxy, which can be told to misbehave. */
  readonly proxied?: true;
  /** What stands in the URL before the host. */
  readonly credentials?: string;
  /** The trouble is there before the cache is first used; nothing has warmed L1. */
  readonly fromTheStart?: true;
  readonly losesData?: true;
  /** Resolves, when the trouble has begun, with what ends it. */
  readonly begin: (site: Site) => Promise<() => unknown>;
  /** What the first calls are answered. */
  readonly first: Answers<Answer>;
  /** What calls are answered once the cache has noticed. */
  readonly then: Answers<Answer>;
  /** What `health()` says by then. */
  readonly state: 'up' | 'down';
  readonly reason?: RegExp;
}

/** As if nothing were wrong. */
export const served: Answers<Answer> = { warm: 'value', cold: 'value', set: 'done', del: 'done', wrap: 'loaded' };

/** L1 and the loaders answer, and L2 is told later what it missed. */
export const alone: Answers<Answer> = { warm: 'value', cold: 'miss', set: 'pending', del: 'pending', wrap: 'loaded' };
