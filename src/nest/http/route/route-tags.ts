import type { ExecutionContext } from '@nestjs/common';
import { isCompleteName } from '../../../domain/entry/complete-name';
import { tagProblem } from '../../../domain/options/call-options';
import type { SkipOptions } from '../../../domain/reading/loader';
import { logOnce } from '../../../domain/shared/log-once';
import type { CacheTagsOptions, DeclaredTags, SendTags } from '../../decorators/cache-tags.decorator';
import { describeReturned } from '../../shared/returned-value';
import { logWarning } from './checked-factories';

/** A header that names the tags of a response. */
export type TagHeader = 'Surrogate-Key' | 'Cache-Tag';

/** The tags of a route's responses. */
export class RouteTags {
  /** Headers in which the responses name their tags. */
  readonly headers: readonly TagHeader[];
  readonly #name: string;
  readonly #declared: readonly DeclaredTags[];
  readonly #warnOnce = logOnce(logWarning);
  readonly #warnOfLongHeader = logOnce(logWarning);

  /**
   * @param name - class and method, for the log
   * @param declared - by `@CacheTags`, those of the handler before those of its class
   * @param sendTags - the default of the application
   */
  constructor(name: string, declared: readonly DeclaredTags[], sendTags: SendTags) {
    this.#name = name;
    this.#declared = declared;
    const given = declared.map((one) => (isOptions(one) ? one.sendTags : undefined)).find((one) => one !== undefined);
    this.headers = headersFor(given ?? sendTags);
  }

  /** The tags of one response; `undefined`, and logged once, if a function fails or returns no tags. */
  async of(body: unknown, context: ExecutionContext): Promise<readonly string[] | undefined> {
    try {
      const lists = await Promise.all(this.#declared.map((one) => namesFrom(one, body, context)));
      const tags = [...new Set(lists.flat())];
      const problem = tagProblem(tags);
      if (problem === undefined) return tags;
      this.warn(`gave a response wrong tags: expected ${problem.expected}, got ${problem.given}`);
    } catch (error) {
      this.warn(error instanceof NoTags ? error.message : `failed: ${String(error)}`);
    }
    return undefined;
  }

  /** @param count - of the names that are not sent */
  warnOfLongHeader(header: TagHeader, count: number, total: number): void {
    const names = `${String(count)} of ${String(total)} tags do not fit into ${header} and are not sent`;
    this.#warnOfLongHeader(`@CacheTags on ${this.#name}: ${names}: a purge by one of them leaves the response in the CDN`);
  }

  /** @param problem - after which a response was not stored */
  warn(problem: string): void {
    this.#warnOnce(`@CacheTags on ${this.#name} ${problem}; such a response is not stored`);
  }
}

function headersFor(sendTags: SendTags): readonly TagHeader[] {
  if (sendTags === true) return ['Surrogate-Key', 'Cache-Tag'];
  if (sendTags === false) return [];
  return [sendTags === 'cache-tag' ? 'Cache-Tag' : 'Surrogate-Key'];
}

async function namesFrom(declared: DeclaredTags, body: unknown, context: ExecutionContext): Promise<readonly string[]> {
  if (typeof declared === 'string') return [declared];
  if (typeof declared === 'function') return checked(await declared(context));
  return declared.body === undefined ? [] : checked(await declared.body(body, context));
}

/** A function returned something else than tags. */
class NoTags extends Error {}

function checked(returned: unknown): readonly string[] {
  if (!Array.isArray(returned)) throw new NoTags(`returned ${describeReturned(returned)}, ${expected}`);
  const wrong: unknown = returned.find((one) => !isCompleteName(one));
  if (returned.every(isCompleteName)) return returned;
  throw new NoTags(`returned an array with ${describeReturned(wrong)}, ${expected}`);
}

const expected = 'expected an array of non-empty strings';

function isOptions(declared: DeclaredTags): declared is CacheTagsOptions {
  return typeof declared === 'object';
}

/** The load whose entry gets the tags. */
interface TaggedLoad {
  /** Throws for tags that the cache refuses. */
  setTags(tags: readonly string[]): void;
  skip(options: SkipOptions): void;
}

/** Tags an entry; without valid tags it is not stored, and an older one stays. */
export async function setTags(load: TaggedLoad, tags: RouteTags, body: unknown, context: ExecutionContext): Promise<void> {
  const names = await tags.of(body, context);
  try {
    if (names !== undefined) {
      load.setTags(names);
      return;
    }
  } catch (error) {
    tags.warn(`failed: ${String(error)}`);
  }
  load.skip({ stale: 'keep' });
}
