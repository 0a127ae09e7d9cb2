import type { Store, TagUpdate } from '../../ports/store';
import { updatedTexts } from '../consistency/tag-times';

/** Texts of the state and the tags, in the order of their keys; `undefined` for a tag that does not exist. */
export type TagTexts = readonly (string | undefined)[];

/** For a store with a {@link Store.updateTags}, such as one of `assembleL2`. */
export function updateTags(store: Store, update: TagUpdate): Promise<TagTexts> {
  return store.updateTags?.(update) ?? Promise.reject(new Error('the store cannot update tags'));
}

/**
 * For a store without scripts: by reads and writes, which two processes may do in the same moment.
 * @param now - wall-clock milliseconds
 */
export async function emulateTagUpdate(store: Store, update: TagUpdate, now: number): Promise<TagTexts> {
  const keys = [update.state, ...update.tags];
  const updated = updatedTexts(await store.getMany(keys), update, Math.floor(now * 1_000));
  const entries = keys.flatMap((key, i) => {
    const payload = updated[i];
    return payload === undefined ? [] : [{ key, payload, ttlMs: i === 0 ? Infinity : update.tagTtlMs }];
  });
  await store.setMany(entries);
  return updated;
}
