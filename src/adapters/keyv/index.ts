export { keyv } from './keyv';
export type { KeyvSettings } from './keyv';
export type { KeyvLike } from './keyv-source';
export type { KeyvInstance, StorageAdapter } from './adapter/storage-adapter';
