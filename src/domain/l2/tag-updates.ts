import type { Store, TagTexts, TagUpdate } from '../../ports/store';
import { updatedTexts } from '../consistency/tag-times';

/** For a store of `assembleL2`, which can update tags whatever the inner store can. */
export async function updateTags(store: Store, update: TagUpdate): Promise<TagTexts> {
  const texts = await store.updateTags?.(update);
  if (texts === undefined) throw new Error('the store cannot update tags');
  return texts;
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
