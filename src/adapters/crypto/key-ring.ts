import type { KeyObject } from 'node:crypto';
import { type Check, type CheckContext, parseOptions, shape } from '../../domain/options/option-checks';
import { secretKeyFrom, type KeyMaterial } from './key-material';

/** One key of {@link AesGcmOptions}. */
export interface AesGcmKey {
  /** Travels in clear with every payload: letters, digits, `_`, `.` and `-`, 1 to 64 of them. */
  readonly id: string;
  /** 32 random bytes: a `Buffer`, a `KeyObject`, or a string in base64 or hex. */
  readonly key: KeyMaterial;
}

export interface AesGcmOptions {
  /** The first one seals, all of them open. */
  readonly keys: readonly AesGcmKey[];
}

/** What became of the options: at least one, each under an id of its own. */
export type KeyRing = ReadonlyMap<string, KeyObject>;

/** Not even a word of what was given is repeated: it may be the secret itself, in the wrong place. */
const id: Check<string> = (given, context) => {
  if (typeof given === 'string' && /^[\w.-]{1,64}$/.test(given)) return given;
  return refuse(context, "an id of 1 to 64 letters, digits, '_', '.' or '-'", typeof given === 'string' ? 'another string' : typeof given);
};

const key: Check<KeyObject> = (given, context) => {
  const made = secretKeyFrom(given);
  return typeof made === 'string' ? refuse(context, 'a key of 32 random bytes: a Buffer, a KeyObject, base64 or hex', made) : made;
};

const ringKey = shape<{ id: string; key: KeyObject }>({ id, key });

const keys: Check<readonly { readonly id: string; readonly key: KeyObject }[]> = (given, context) => {
  if (!Array.isArray(given) || given.length === 0) {
    return refuse(context, 'at least one key, as { id, key }', Array.isArray(given) ? 'none' : typeof given);
  }
  const checked = given.map((one: unknown, at) => ringKey(one, { path: `${context.path}[${String(at)}]`, problems: context.problems }));
  if (context.problems.length === 0) findTwins(checked, context);
  return checked;
};

const options = shape({ keys });

/** @throws CacheError `CACHE_OPTION_INVALID`, without anything of a key */
export function keyRing(given: AesGcmOptions): KeyRing {
  const checked = parseOptions('aesGcmCipher', options, given);
  return new Map(checked.keys.map((one) => [one.id, one.key]));
}

function findTwins(checked: readonly { readonly id: string }[], context: CheckContext): void {
  const ids = checked.map((one) => one.id);
  const twin = ids.findIndex((one, at) => ids.indexOf(one) < at);
  if (twin !== -1) refuse({ ...context, path: `${context.path}[${String(twin)}].id` }, 'an id of its own', 'that of another key');
}

function refuse(context: CheckContext, expected: string, given: string): never {
  context.problems.push({ path: context.path, expected, given });
  return undefined as never;
}
