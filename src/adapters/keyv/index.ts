export { keyv } from './keyv';
export type { KeyvSettings } from './keyv-settings';
export type { KeyvLike } from './keyv-source';
export type { KeyvInstance, StorageAdapter } from './storage-adapter';
