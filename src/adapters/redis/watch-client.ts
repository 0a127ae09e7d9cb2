import type { ConnectionSignals } from '../probe/connection-probe';
import { failureReason } from '../resp/failure';
import type { RedisClient } from './redis-client';
import { watchSelect } from './selected-database';

/** On a lost connection ioredis 5 also reports that its handshake failed. This error comes last, and would hide the reason. */
const handshakeError = "Stream isn't writeable";

/** The meaning of each event of ioredis for the connection. */
const meanings: Readonly<Record<string, (signals: ConnectionSignals, error: unknown) => void>> = {
  // Also emitted for a server that is frozen, loading, full, or requires a password.
  connect: (signals) => signals.lost('connected, but the server is not ready'),
  ready: (signals) => signals.ready(),
  error: (signals, error) => {
    if (!(error instanceof Error && error.message.startsWith(handshakeError))) signals.failed(failureReason(nodeError(error)));
  },
  close: (signals) => signals.lost(),
  reconnecting: (signals) => signals.lost(),
  end: (signals) => signals.lost(),
};

/** Translates the client's events into signals, first `ready` if the client is ready. Returns the function that removes the listeners. */
export function watchClient(client: RedisClient, signals: ConnectionSignals): () => void {
  const listeners = Object.entries(meanings).map(([event, signal]) => ({
    event,
    listener: (error: unknown) => signal(signals, error),
  }));
  const unwatchSelect = watchSelect(client);
  for (const { event, listener } of listeners) client.on(event, listener);
  if (client.status === 'ready') signals.ready();
  return () => {
    unwatchSelect();
    for (const { event, listener } of listeners) client.off(event, listener);
  };
}

/** The error of a cluster says only that all nodes failed; the error of the last node has the reason. */
function nodeError(error: unknown): unknown {
  return error instanceof Error && 'lastNodeError' in error ? (error.lastNodeError ?? error) : error;
}
