/** A thousand and a few, so that a key is picked without a division. */
const count = 1_024;

export interface User {
  readonly id: number;
  readonly name: string;
}

export const users: readonly User[] = Array.from({ length: count }, (_, id) => ({ id, name: `User ${id}` }));
export const keys: readonly string[] = users.map(({ id }) => `user:${id}`);
export const mask = count - 1;

/** The defaults of Tiercel; the peers get the same. */
export const ttlMs = 300_000;
export const lruSize = 10_000;
