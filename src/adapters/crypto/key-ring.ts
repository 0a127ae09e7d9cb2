import type { KeyObject } from 'node:crypto';
import { type Check, type CheckContext, flag, optional, parseOptions, shape } from '../../domain/options/option-checks';
import { secretKeyFrom, type KeyMaterial } from './secret-keys';

/** One key of {@link AesGcmOptions}. */
export interface AesGcmKey {
  /** Written in clear before every payload: 1 to 64 letters, digits, `_`, `.` or `-`. */
  readonly id: string;
  /** 32 random bytes: a `Buffer`, a `KeyObject`, or a string in base64 or hex. */
  readonly key: KeyMaterial;
  /**
   * Values under this key are opened, but never sealed again under the first key: they end when their life ends. For a key that is being retired on
   * suspicion. A key that is known to be stolen has to be removed: its holder can write values that open.
   * @defaultValue `false`: a value that is read under an old key is sealed again under the first
   */
  readonly openOnly?: boolean;
}

export interface AesGcmOptions {
  /** The first one seals, all of them open. */
  readonly keys: readonly AesGcmKey[];
}

interface RingKey {
  readonly id: string;
  readonly key: KeyObject;
  readonly openOnly: boolean;
}

/** The checked keys by id, at least one. The first one seals. */
export type KeyRing = ReadonlyMap<string, RingKey>;

/** The error repeats nothing of the given id: it may be the secret, in the wrong field. */
const id: Check<string> = (given, context) => {
  if (typeof given === 'string' && /^[\w.-]{1,64}$/.test(given)) return given;
  return refuse(context, "an id of 1 to 64 letters, digits, '_', '.' or '-'", typeof given === 'string' ? 'another string' : typeof given);
};

const key: Check<KeyObject> = (given, context) => {
  const made = secretKeyFrom(given);
  return typeof made === 'string' ? refuse(context, 'a key of 32 random bytes: a Buffer, a KeyObject, base64 or hex', made) : made;
};

const ringKey = shape<RingKey>({ id, key, openOnly: optional(flag, false) });

const keys: Check<readonly RingKey[]> = (given, context) => {
  if (!Array.isArray(given) || given.length === 0) {
    return refuse(context, 'at least one key, as { id, key }', Array.isArray(given) ? 'none' : typeof given);
  }
  const checked = given.map((one: unknown, at) => ringKey(one, { path: `${context.path}[${String(at)}]`, problems: context.problems }));
  if (context.problems.length === 0) {
    rejectDuplicateIds(checked, context);
    if (checked[0]?.openOnly === true) refuse({ ...context, path: `${context.path}[0].openOnly` }, 'a first key that seals', 'true');
  }
  return checked;
};

const options = shape({ keys });

/** @throws CacheError `CACHE_OPTION_INVALID`; the message holds nothing of a key */
export function keyRing(given: AesGcmOptions): KeyRing {
  const checked = parseOptions('aesGcmCipher', options, given);
  return new Map(checked.keys.map((one) => [one.id, one]));
}

function rejectDuplicateIds(checked: readonly { readonly id: string }[], context: CheckContext): void {
  const ids = checked.map((one) => one.id);
  const duplicate = ids.findIndex((one, at) => ids.indexOf(one) < at);
  if (duplicate !== -1)
    refuse({ ...context, path: `${context.path}[${String(duplicate)}].id` }, 'an id that no other key has', 'the id of another key');
}

function refuse(context: CheckContext, expected: string, given: string): never {
  context.problems.push({ path: context.path, expected, given });
  return undefined as never;
}
