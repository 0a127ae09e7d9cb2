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
