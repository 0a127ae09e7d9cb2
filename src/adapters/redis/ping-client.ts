import { isCluster, whenReady, type RedisClient } from './redis-client';

/** Of a cluster every master has to answer: calls go to all of them, and wait for the slowest. */
export async function pingClient(client: RedisClient): Promise<void> {
  const nodes = isCluster(client) ? whenReady(client).nodes('master') : [whenReady(client)];
  if (nodes.length === 0) throw new Error('no master is known');
  await Promise.all(nodes.map((node) => node.ping()));
}
