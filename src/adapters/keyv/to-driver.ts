import type { StoreDriver } from '../../ports/driver';
import { SystemClock } from '../system/system-clock';
import { keyvDriver } from './keyv-driver';
import { keyvSource } from './keyv-source';

/** The driver for a Keyv or a bare Keyv storage adapter; `undefined` for anything else. */
export function toDriver(given: unknown): StoreDriver | undefined {
  const source = keyvSource(given);
  return source && keyvDriver(source, new SystemClock());
}
