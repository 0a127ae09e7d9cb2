import type { OptionProblem } from '../../domain/options/option-checks';
import { CacheEvictMethod } from '../methods/run/cache-evict-method';
import type { CacheEvictOptions } from '../methods/declared/method-options';
import { decorateMethod } from '../methods/run/decorate-method';
import type { ArgumentsFor, DecoratorFor, NoOthers, Option } from '../methods/declared/method-types';
import { flagField, functionField, keyField, keysField, targetFields } from '../methods/declared/option-fields';

/** Only for methods whose types fit the functions among the options. */
export type CacheEvictDecorator<O> = DecoratorFor<
  ArgumentsFor<Option<O, 'key'>> & ArgumentsFor<Option<O, 'keys'>> & ArgumentsFor<Option<O, 'condition'>>
>;

/**
 * Deletes entries after a method has succeeded, or before it runs. A method can have several of these decorators. The result waits for the deletes,
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
  allEntries: flagField,
  condition: functionField,
  beforeInvocation: flagField,
};

const rules = { fields, contradictions: oneTarget };

function oneTarget(options: { readonly key: unknown; readonly keys: unknown; readonly allEntries: boolean | undefined }): OptionProblem[] {
  const { key, keys, allEntries } = options;
  const given = Object.entries({ key, keys, allEntries: allEntries || undefined }).filter(([, value]) => value !== undefined);
  if (given.length === 1) return [];
  const names = given.map(([name]) => name).join(' and ');
  return [{ path: '', expected: 'one of key, keys and allEntries: true', given: names || 'none' }];
}
