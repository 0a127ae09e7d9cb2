import type { ConnectionSignals } from '../probe/connection-probe';
import { replyCode, connectionFailure } from '../resp/failure';

type Listener = (error: unknown) => void;

/** A client, a cluster or a sentinel of node-redis. By structure, because several copies and versions of node-redis may be in one process. */
export interface NodeRedisConnectable {
  readonly isOpen: boolean;
  /** A cluster has no such field. */
  readonly isReady?: boolean;
  connect(): Promise<unknown>;
  destroy(): unknown;
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
}

/** The part of a client of node-redis, for one server, that is used. */
export interface NodeRedisClient extends NodeRedisConnectable {
  readonly isReady: boolean;
  readonly options?: { readonly socket?: object | undefined; readonly keyPrefix?: unknown } | undefined;
  sendCommand(args: readonly string[], options?: object): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  /** Another client to the same server, with some other options. */
  duplicate(options: object): NodeRedisClient;
}

/** Whether this is a cluster, sentinels or a pool, which have many connections. */
export function hasManyConnections(client: object): boolean {
  return ['slots', 'acquire', 'execute'].some((member) => member in client);
}

/** What node-redis 6 writes before every key, except for those of `sendCommand`. A cluster has it as a member of its own. */
export function keyPrefixOf(client: object): unknown {
  const { options, _keyPrefix } = client as { readonly options?: { readonly keyPrefix?: unknown }; readonly _keyPrefix?: unknown };
  return options?.keyPrefix ?? _keyPrefix ?? '';
}

/** Throws unless the client is ready, because it would queue a command and send it minutes later. */
export function assertReady({ isReady, isOpen }: NodeRedisConnectable): void {
  if (!(isReady ?? isOpen)) throw new Error('the client is not ready');
}

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
