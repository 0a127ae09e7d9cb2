import type { ConnectionSignals } from '../probe/connection-probe';
import { replyCode, connectionFailure } from '../resp/failure';

import type { NodeRedisConnectable } from './node-redis-client';

interface NodeRedisWatch {
  readonly signals: ConnectionSignals;
  /** For a cluster or sentinels, which have no `ready` and no `end` event: only a PING shows their health. */
  readonly pingOnly: boolean;
  /** The client could not parse an answer: from now on it may return the answer to one command as that to another. */
  readonly onDesync: () => void;
  /** A cluster or sentinels may have lost a server, or have found another one: a PING shows it. */
  readonly onMoved: () => void;
}

/** Translates the client's events into signals. Returns the function that removes the listeners. */
export function watchNodeRedis(client: NodeRedisConnectable, { signals, pingOnly, onDesync, onMoved }: NodeRedisWatch): () => void {
  const onError = (error: unknown): void => {
    if (pingOnly || client.isReady !== true) signals.failed(connectionFailure(error));
    else if (replyCode(error) === undefined) {
      signals.lost('the client could not parse an answer of the server');
      onDesync();
    }
  };
  const listeners: readonly (readonly [event: string, listener: (error: unknown) => void])[] = [
    // Not `connect`, which also comes from servers that are frozen, loading, or want a password.
    ['ready', () => signals.ready()],
    ['error', onError],
    ['reconnecting', () => signals.lost()],
    ['end', () => signals.lost()],
    ['node-reconnecting', onMoved],
    ['topology-change', onMoved],
  ];
  for (const [event, listener] of listeners) client.on(event, listener);
  if (pingOnly ? client.isOpen : client.isReady === true) signals.ready();
  return () => {
    for (const [event, listener] of listeners) client.off(event, listener);
  };
}
