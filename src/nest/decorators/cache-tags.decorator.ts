import type { ExecutionContext } from '@nestjs/common';
import { tagProblem } from '../../domain/options/call-options';
import { check, type Check, optional, parseOptions, shape } from '../../domain/options/option-checks';

export const cacheTagsMetadata = 'tiercel:tags';

type Names = readonly string[] | Promise<readonly string[]>;

/** Returns the tags that a response has because of its call, such as that of a path parameter. */
export type CacheTagsFactory = (context: ExecutionContext) => Names;

/** Returns the tags that a response has because of its body, such as those of the members of a list. */
export type BodyTagsFactory<B = unknown> = (body: B, context: ExecutionContext) => Names;

/** The headers that name the tags of a response: `true` for both, `false` for none. */
export type SendTags = boolean | 'surrogate-key' | 'cache-tag';

export interface CacheTagsOptions<B = unknown> {
  /**
   * Returns tags for the value that the handler returned.
   * @defaultValue none
   */
  readonly body?: BodyTagsFactory<B>;
  /**
   * Whether responses name their tags in `Surrogate-Key` (separated by spaces) and `Cache-Tag` (by commas), or in one of the two, so that a CDN can
   * be purged by the same names.
   * @defaultValue that of the controller, or else the option `http.sendTags` of the module
   */
  readonly sendTags?: SendTags;
}

/** One argument of `@CacheTags`. */
export type DeclaredTags<B = unknown> = string | CacheTagsFactory | CacheTagsOptions<B>;

/**
 * Tags the stored responses of a handler, or of all handlers of a controller: `cache.delByTag` and `@CacheEvict({ tags })` remove them. Tags of the
 * controller and of the handler add up, and so do several of these decorators.
 *
 * Functions are called when the handler has answered. If one of them fails or returns anything but a list of tags, the response is not stored, and
 * this is logged once.
 * @param given - tags, functions of the call, and options
 * @example @CacheTags('cities', (context) => [`country:${context.switchToHttp().getRequest<Request>().params.country}`])
 * @example @CacheTags('cities', { body: (cities: City[]) => cities.map(({ id }) => `city:${id}`), sendTags: true })
 * @throws CacheError `CACHE_OPTION_INVALID`, where the class is declared
 */
export function CacheTags<B = unknown>(...given: readonly DeclaredTags<B>[]): ClassDecorator & MethodDecorator {
  const declared = parseOptions('@CacheTags', declaredTags, given);
  return (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const tagged = (descriptor?.value as object | undefined) ?? target;
    const others = (Reflect.getMetadata(cacheTagsMetadata, tagged) as readonly DeclaredTags[] | undefined) ?? [];
    Reflect.defineMetadata(cacheTagsMetadata, [...declared, ...others], tagged);
  };
}

/** Also an option of the module. */
export const sendTagsField = check("true, false, 'surrogate-key' or 'cache-tag'", (given) =>
  typeof given === 'boolean' || given === 'surrogate-key' || given === 'cache-tag' ? given : undefined,
);

const options = shape<{ readonly [K in keyof Required<CacheTagsOptions>]: CacheTagsOptions[K] }>({
  body: optional(
    check('a function of the body', (given) => (typeof given === 'function' ? (given as BodyTagsFactory) : undefined)),
    undefined,
  ),
  sendTags: optional(sendTagsField, undefined),
});

const declaredTags: Check<readonly DeclaredTags[]> = (given, context) => {
  const declared = given as readonly DeclaredTags[];
  const problem = declared.length === 0 ? nothing : tagProblem(declared.filter((one) => typeof one === 'string'));
  if (problem !== undefined) context.problems.push({ path: '', ...problem });
  for (const one of declared) if (typeof one !== 'string' && typeof one !== 'function') options(one, context);
  return declared;
};

const nothing = { expected: 'a tag, a function or options', given: 'none' };
