/** What `cache.on` can listen to. `store` says which one it was: `'primary'`, `'secondary:0'`… */
export interface Events {
  /** Something was found. */
  get: <T>(data: { key: string; value?: T; error?: unknown; store?: string }) => void;
  mget: <T>(data: { keys: string[]; values?: (T | undefined)[]; error?: unknown }) => void;
  ttl: <T>(data: { key: string; value?: T; error?: unknown }) => void;
  /** Once for each store, and once without a store when all of them are done. */
  set: <T>(data: { key: string; value: T; error?: unknown; store?: string }) => void;
  mset: <T>(data: { list: { key: string; value: T; ttl?: number }[]; error?: unknown }) => void;
  del: (data: { key: string; error?: unknown }) => void;
  mdel: (data: { keys: string[]; error?: unknown }) => void;
  clear: (error?: unknown) => void;
  /** A value was loaded behind. With an `error` it could not be, and `value` is the old one. */
  refresh: <T>(data: { key: string; value: T; error?: unknown }) => void;
}
