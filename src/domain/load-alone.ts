import type { Clock } from '../ports/clock';
import type { CallLife } from './call-options';
import { unkept, type Loaded } from './landing';
import { LoadContext, type Loader } from './load-context';

/** What to load, and where nobody stores it. */
export interface LonelyLoad {
  /** The key as the caller gave it. */
  readonly givenKey: string;
  readonly loader: Loader<unknown>;
  readonly life: CallLife;
}

/**
 * Without a cache: nobody is asked, nothing is stored.
 * @param closing - what the loader hears of the end of the cache; nothing, where that is over
 */
export async function loadAlone(
  { givenKey, life, loader }: LonelyLoad,
  clock: Clock,
  closing: AbortSignal = new AbortController().signal,
): Promise<Loaded> {
  const value = await loader(new LoadContext(givenKey, life, closing, undefined));
  return unkept(value, 'skipped', clock.elapsed());
}
