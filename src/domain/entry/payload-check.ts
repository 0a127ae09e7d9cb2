import type { PayloadRejection } from '../../ports/metrics-sink';
import { CacheError } from '../cache-error';
import { type StandardSchema, validate } from '../options/standard-schema';

export type Rejected = { readonly rejected: PayloadRejection; readonly cause?: CacheError };

/** What a reader demands of a value that another process wrote. */
export interface PayloadConstraints {
  readonly version: number | undefined;
  readonly schema: StandardSchema | undefined;
}

/** What is known of a value that another process wrote: the version that it has, and the schema that it passed last. */
export type ValidatedAs = PayloadConstraints;

/** Whether nothing is demanded that is not known already. */
export function satisfies(
  { version, schema }: ValidatedAs,
  demanded: { readonly [K in keyof PayloadConstraints]?: PayloadConstraints[K] },
): boolean {
  return (demanded.schema === undefined || demanded.schema === schema) && (demanded.version === undefined || demanded.version === version);
}

/** Why a value is not to be used; `undefined` for one that passes. */
export function rejectionOf(value: unknown, origin: ValidatedAs, guard: PayloadConstraints): Rejected | undefined {
  if (guard.version !== undefined && guard.version !== origin.version) return { rejected: 'version' };
  return guard.schema === undefined || guard.schema === origin.schema ? undefined : schemaRejection(value, guard.schema);
}

/** As {@link rejectionOf}, on account of the schema alone. */
export function schemaRejection(value: unknown, schema: StandardSchema): Rejected | undefined {
  const why = validate(schema, value);
  if (why === undefined) return undefined;
  if (why === 'issues') return { rejected: 'schema' };
  const given = `one that ${why === 'throws' ? 'throws' : 'answers with a promise'}`;
  return { rejected: 'schema', cause: new CacheError('CACHE_OPTION_INVALID', `schema: expected one that answers at once, got ${given}`) };
}
