import type { SanitizedKey } from '../../ports/sanitized-key';
import type { RowReply, RowUpdate, Store, TagTexts, TagUpdate } from '../../ports/store';
import { updatedTexts } from '../consistency/tag-times';

/** For a store of `assembleL2`, which can update tags whatever the inner store can. */
export async function updateTags(store: Store, update: TagUpdate): Promise<TagTexts> {
  const texts = await store.updateTags?.(update);
  if (texts === undefined) throw new Error('the store cannot update tags');
  return texts;
}

/** `undefined` for a store that cannot. */
export async function updateRow(store: Store, key: SanitizedKey, update: RowUpdate): Promise<RowReply | undefined> {
  return store.updateRow?.(key, update);
}

/** Marks the payloads as expired. A store that cannot deletes them. */
export async function expireRows(store: Store, keys: readonly SanitizedKey[]): Promise<void> {
  const replies = await Promise.all(keys.map((key) => updateRow(store, key, { change: 'expire' })));
  const unmarked = keys.filter((_, i) => replies[i] === undefined);
  if (unmarked.length > 0) await store.delete(unmarked);
}

/**
 * For a store without scripts: by reads and writes, which two processes may do in the same moment. What has not changed is not written: it may have
 * changed on the server meanwhile.
 * @param now - wall-clock milliseconds
 */
export async function emulateTagUpdate(store: Store, update: TagUpdate, now: number): Promise<TagTexts> {
  const keys = [update.state, ...update.tags];
  const before = await store.getMany(keys);
  const updated = updatedTexts(before, update, Math.floor(now * 1_000));
  const entries = keys.flatMap((key, i) => {
    const payload = updated[i];
    return payload === undefined || payload === before[i] ? [] : [{ key, payload, ttlMs: i === 0 ? Infinity : update.tagTtlMs }];
  });
  await store.setMany(entries);
  return updated;
}
