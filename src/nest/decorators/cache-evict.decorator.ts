import type { OptionProblem } from '../../domain/options/option-checks';
import { CacheEvictMethod } from '../methods/run/cache-evict-method';
import type { CacheEvictOptions } from '../methods/declared/method-options';
import { decorateMethod } from '../methods/run/decorate-method';
import type { ArgumentsFor, DecoratorFor, NoOthers, Option } from '../methods/declared/method-types';
import { flagField, functionField, keyField, keysField, modeField, tagsField, targetFields } from '../methods/declared/option-fields';

/** Only for methods whose types fit the functions among the options. */
export type CacheEvictDecorator<O> = DecoratorFor<
  ArgumentsFor<Option<O, 'key'>> & ArgumentsFor<Option<O, 'keys'>> & ArgumentsFor<Option<O, 'tags'>> & ArgumentsFor<Option<O, 'condition'>>
>;

/**
 * Deletes entries, by their keys or their tags, after a method has succeeded, or before it runs. A method can have several of these decorators. The result waits for the deletes,
 * and is returned even if they fail.
 * @throws CacheError `CACHE_OPTION_INVALID`, where the class is declared
 */
export function CacheEvict<const O extends CacheEvictOptions>(options: O & NoOthers<O, CacheEvictOptions>): CacheEvictDecorator<O> {
  return (target, name, descriptor) => {
    decorateMethod('CacheEvict', { target, name, descriptor }, options, rules, (method, original) => {
      return new CacheEvictMethod(method, original, options as CacheEvictOptions as CacheEvictOptions<readonly unknown[]>);
    });
  };
}

const fields = {
  ...targetFields,
  key: keyField,
  keys: keysField,
  tags: tagsField,
  allEntries: flagField,
  mode: modeField,
  condition: functionField,
  beforeInvocation: flagField,
};

const rules = { fields, contradictions: contradictionsOf };

interface Given {
  readonly key: unknown;
  readonly keys: unknown;
  readonly tags: unknown;
  readonly allEntries: boolean | undefined;
  readonly mode: string | undefined;
}

function contradictionsOf({ allEntries, key, keys, mode, tags }: Given): OptionProblem[] {
  const given = Object.entries({ key, keys, tags, allEntries: allEntries || undefined }).filter(([, value]) => value !== undefined);
  const names = given.map(([name]) => name).join(' and ') || 'none';
  if (given.length !== 1) return [{ path: '', expected: 'one of key, keys, tags and allEntries: true', given: names }];
  return mode === undefined || tags !== undefined
    ? []
    : [{ path: 'mode', expected: 'no mode, which is for tags alone', given: `'${mode}' with ${names}` }];
}
