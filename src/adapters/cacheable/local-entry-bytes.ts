import type { LocalEntry } from '../../domain/entry';
import { approximateBytes } from './approximate-bytes';

/** Eight fields. */
const bytesPerLocalEntry = 88;

/** What an entry takes in memory, more or less. */
export function localEntryBytes({ value }: LocalEntry): number {
  return bytesPerLocalEntry + approximateBytes(value);
}
