import type { ConnectionSignals } from '../../probe/connection-probe';
import { replyCode } from '../../resp/error-reply';
import { failureReason } from '../../resp/failure';
import type { NodeRedisClient } from '../adapter/storage-adapter';

interface NodeRedisWatch {
  readonly signals: ConnectionSignals;
  /** A cluster or a sentinel says neither that it is ready nor that it is gone: only a PING tells. */
  readonly silent: boolean;
  /** The client lost its place in what the server sends: from now on it may hand out the answer to one question as that to another. */
  readonly onConfusion: () => void;
}

/** Translates the client's events into signals. Returns what removes every listener. */
export function watchNodeRedis(client: NodeRedisClient, { signals, silent, onConfusion }: NodeRedisWatch): () => void {
  const onError = (error: unknown): void => {
    if (silent || client.isReady !== true) signals.failed(failureReason(error));
    else if (replyCode(error) === undefined) {
      signals.lost('the answers of the server cannot be told apart');
      onConfusion();
    }
  };
  const listeners: readonly (readonly [event: string, listener: (error: unknown) => void])[] = [
    // `connect` says nothing: it also comes from servers that are frozen, loading, or want a password.
    ['ready', () => signals.ready()],
    ['error', onError],
    ['reconnecting', () => signals.lost()],
    ['end', () => signals.lost()],
  ];
  for (const [event, listener] of listeners) client.on(event, listener);
  if (silent ? client.isOpen : client.isReady === true) signals.ready();
  return () => {
    for (const [event, listener] of listeners) client.off(event, listener);
  };
}
