import type { Check, OptionProblem } from './option-checks';

/** Standard Schema, version 1 (standardschema.dev): zod, valibot, arktype and others are one as they are. */
export interface StandardSchema {
  readonly '~standard': { readonly version: 1; readonly vendor: string; readonly validate: (value: unknown) => unknown };
}

/** Why a value fails: it does not fit, or the schema cannot be used. */
type SchemaFailure = 'issues' | 'asynchronous' | 'throws';

/** `undefined` for a value that passes. It is left as it is: defaults and conversions of the schema are not applied a second time. */
export function validate(schema: StandardSchema, value: unknown): SchemaFailure | undefined {
  try {
    return problemOf(schema['~standard'].validate(value));
  } catch {
    return 'throws';
  }
}

/** A schema that cannot be used at all is noticed here, by asking it about `undefined`; not one that throws for some values alone. */
export const standardSchema: Check<StandardSchema> = (given, context) => {
  const wrong = tried(given);
  if (wrong !== undefined) context.problems.push({ path: context.path, ...wrong });
  return given as StandardSchema;
};

type Wrong = Omit<OptionProblem, 'path'>;

/** A call with options names its schema each time. */
const verdicts = new WeakMap<object, { readonly wrong: Wrong | undefined }>();

function tried(given: unknown): Wrong | undefined {
  if (!isSchema(given)) return { expected: "a Standard Schema (an object with '~standard'), of version 1", given: typeof given };
  const verdict = verdicts.get(given) ?? { wrong: tryOut(given) };
  verdicts.set(given, verdict);
  return verdict.wrong;
}

function tryOut(schema: StandardSchema): Wrong | undefined {
  switch (validate(schema, undefined)) {
    case 'asynchronous':
      return { expected: 'a synchronous schema', given: 'one that answers with a promise' };
    case 'throws':
      return { expected: 'a schema that answers', given: 'one that throws' };
    default:
      return undefined;
  }
}

function problemOf(result: unknown): Exclude<SchemaFailure, 'throws'> | undefined {
  const { issues, then } = Object(result) as { readonly issues?: unknown; readonly then?: unknown };
  if (typeof then === 'function') {
    // The promise is not awaited, so a rejection of it would be unhandled.
    Promise.resolve(result).catch(() => undefined);
    return 'asynchronous';
  }
  return issues === undefined && Object(result) === result ? undefined : 'issues';
}

function isSchema(given: unknown): given is StandardSchema {
  const standard = (given as Partial<StandardSchema> | null | undefined)?.['~standard'];
  return Object(given) === given && standard?.version === 1 && typeof standard.validate === 'function';
}
