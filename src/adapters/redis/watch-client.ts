import type { ConnectionSignals } from '../probe/connection-probe';
import { failureReason } from '../resp/failure';
import { type RedisClient, isCluster, whenReady } from './redis-client';

/** ioredis 5 fails to finish its greeting on a connection that is gone, and tells that last: it hides the reason. */
const echo = "Stream isn't writeable";

/** What each event of ioredis says about the connection. */
const meanings: Readonly<Record<string, (signals: ConnectionSignals, error: unknown) => void>> = {
  // Also fires for servers that are frozen, loading, full, or want a password.
  connect: (signals) => signals.lost('connected, but the server is not ready'),
  ready: (signals) => signals.ready(),
  error: (signals, error) => {
    if (!(error instanceof Error && error.message.startsWith(echo))) signals.failed(failureReason(nodeError(error)));
  },
  close: (signals) => signals.lost(),
  reconnecting: (signals) => signals.lost(),
  end: (signals) => signals.lost(),
};

/** Translates the client's events into signals, and begins with `ready` where the client already is. Returns what removes every listener. */
export function watchClient(client: RedisClient, signals: ConnectionSignals): () => void {
  const listeners = Object.entries(meanings).map(([event, tell]) => ({
    event,
    listener: (error: unknown) => tell(signals, error),
  }));
  for (const { event, listener } of listeners) client.on(event, listener);
  if (client.status === 'ready') signals.ready();
  return () => {
    for (const { event, listener } of listeners) client.off(event, listener);
  };
}

/** A cluster only says that it has asked every node in vain; the last node knew why. */
function nodeError(error: unknown): unknown {
  return error instanceof Error && 'lastNodeError' in error ? (error.lastNodeError ?? error) : error;
}

/** Of a cluster every master has to answer: calls go to all of them, and wait for the slowest. */
export async function pingClient(client: RedisClient): Promise<void> {
  const nodes = isCluster(client) ? whenReady(client).nodes('master') : [whenReady(client)];
  if (nodes.length === 0) throw new Error('no master is known');
  await Promise.all(nodes.map((node) => node.ping()));
}
