import type { RedisClient } from './redis-client';

/** What a client of ours needs for as long as it lives. Without any listener ioredis prints errors; ours come and go with the probe. */
export function guardClient(client: RedisClient): void {
  client.on('error', () => undefined);
  client.on('close', () => dropStaleTimer(client));
}

/** Up to 5.x ioredis leaves the timer of `socketTimeout` behind when a connection closes, and it then destroys the next one. */
function dropStaleTimer(client: RedisClient & { socketTimeoutTimer?: NodeJS.Timeout | undefined }): void {
  clearTimeout(client.socketTimeoutTimer);
  client.socketTimeoutTimer = undefined;
}
