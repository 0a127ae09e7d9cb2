import { guardErrors } from './error-guard';
import type { IovalkeyParts } from './iovalkey-driver';
import type { KeyvValkeyLike } from './storage-adapter';

/**
 * What the driver needs of a `KeyvValkey`. Its connection is the driver's when the adapter made it from a URL, which its options then remember:
 * nobody else holds it.
 */
export function connectionOf(adapter: KeyvValkeyLike): Pick<IovalkeyParts, 'client' | 'owner' | 'keyPrefix'> {
  guardErrors(adapter);
  const client = adapter.redis;
  return { client, owner: 'uri' in client.options ? 'driver' : 'user', keyPrefix: adapter._getKeyName('') };
}
