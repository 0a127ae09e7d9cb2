import type { PayloadRejection } from '../../ports/metrics-sink';
import { CacheError } from '../cache-error';
import { type StandardSchema, validate } from '../options/standard-schema';

export type Rejected = { readonly rejected: PayloadRejection; readonly cause?: CacheError };

/** The version and schema that a call requires of a value that another process wrote; `undefined` for no requirement. */
export interface PayloadConstraints {
  readonly version: number | undefined;
  readonly schema: StandardSchema | undefined;
}

/** The version that a value of another process was written under, and the schema that it passed last. */
export type ValidatedAs = PayloadConstraints;

interface Validated {
  readonly value: unknown;
  /** `undefined` for a value of this process. */
  validatedAs: ValidatedAs | undefined;
}

/**
 * Whether a value meets the constraints of a call. A passed check is noted in the entry, so that a value is validated once. A value of this process is
 * not checked.
 */
export function isAccepted(entry: Validated, constraints: PayloadConstraints): boolean {
  const { validatedAs } = entry;
  if (validatedAs === undefined || satisfies(validatedAs, constraints)) return true;
  if (rejectionOf(entry.value, validatedAs, constraints) !== undefined) return false;
  entry.validatedAs = validated(validatedAs.version, constraints.schema);
  return true;
}

/** Whether every requirement is known to be met, without looking at the value. */
export function satisfies({ version, schema }: ValidatedAs, required: Partial<PayloadConstraints>): boolean {
  return (required.schema === undefined || required.schema === schema) && (required.version === undefined || required.version === version);
}

/** Why a value must not be used; `undefined` for one that meets the constraints. */
function rejectionOf(value: unknown, known: ValidatedAs, required: PayloadConstraints): Rejected | undefined {
  if (required.version !== undefined && required.version !== known.version) return { rejected: 'version' };
  return required.schema === undefined || required.schema === known.schema ? undefined : schemaRejection(value, required.schema);
}

/** Why the schema rejects a value; `undefined` for one that fits. */
export function schemaRejection(value: unknown, schema: StandardSchema): Rejected | undefined {
  const failure = validate(schema, value);
  if (failure === undefined) return undefined;
  if (failure === 'issues') return { rejected: 'schema' };
  const given = failure === 'throws' ? 'a schema that throws' : 'a schema that answers with a promise';
  return { rejected: 'schema', cause: new CacheError('CACHE_OPTION_INVALID', `schema: expected a synchronous schema, got ${given}`) };
}

/** @param header - of a payload; `undefined` for one that cannot be read */
export function checkVersion<H extends { readonly version?: number }>(
  header: H | undefined,
  { version }: PayloadConstraints,
): H | Rejected {
  if (header === undefined) return { rejected: 'malformed' };
  return version === undefined || header.version === version ? header : { rejected: 'version' };
}

let latest: ValidatedAs = { version: undefined, schema: undefined };

/** A record of passed checks: the same object as the last time if it says the same, because there may be a million entries. */
export function validated(version: number | undefined, schema: StandardSchema | undefined): ValidatedAs {
  if (latest.version !== version || latest.schema !== schema) latest = { version, schema };
  return latest;
}
