import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { scheduleLoopTime } from '../../domain/shared/deadline';
import type { Clock, Cancel } from '../../ports/clock';
import type { ConnectionSignals } from '../probe/connection-probe';
import { failureReason } from '../resp/failure';
import { isCluster, type RedisClient } from './redis-client';
import { watchSelect } from './selected-database';

/** A little more than the driver's `disconnectTimeout`, after which ioredis destroys the socket. */
const disconnectLimitMs = 150;

/**
 * Prepares a client of the driver, before it connects. It keeps a listener to errors, because ioredis prints an error that has none, and the
 * probe's is removed at `stop()`. Its socket timeout, on a cluster that of each node, counts loop time.
 */
export function superviseClient(client: RedisClient, clock: Clock): void {
  client.on('error', () => undefined);
  // Here too, because a `KeyvValkey` connects before the probe watches it.
  watchSelect(client);
  if (isCluster(client)) client.on('+node', (node) => countSocketTimeoutInLoopTime(node as RedisClient, clock));
  else countSocketTimeoutInLoopTime(client, clock);
}

/**
 * Closes a client of the driver. Resolves when its sockets and timers are gone.
 * A client that is between two attempts emits no `end`, but has a timer of `disconnectTimeout`; the limit covers it.
 */
export async function disconnect(client: RedisClient): Promise<void> {
  if (client.status === 'end') return;
  const ended = new AbortController();
  client.once('end', () => ended.abort());
  client.disconnect();
  await sleep(disconnectLimitMs, undefined, { signal: ended.signal }).catch(() => undefined);
}

/** The part of ioredis and iovalkey that implements `socketTimeout`. It is internal; a version without it keeps the client's own timer. */
interface SocketTimeoutClient extends RedisClient {
  readonly options: RedisClient['options'] & { readonly socketTimeout?: number };
  readonly stream: Socket;
  readonly commandQueue: { readonly length: number };
  /** The client calls {@link setSocketTimeout} when it sends a command while this is `undefined`. */
  socketTimeoutTimer?: object | undefined;
  setSocketTimeout?: () => void;
}

/**
 * Makes the client count its `socketTimeout` in loop time: no byte for this long while a reply is due. The client's own timer also counts
 * the time that the process was busy, and drops a connection whose replies have arrived and wait to be read.
 */
function countSocketTimeoutInLoopTime(given: RedisClient, clock: Clock): void {
  const client: SocketTimeoutClient = given as SocketTimeoutClient;
  if (typeof client.setSocketTimeout !== 'function') return;
  let disarm: Cancel | undefined;
  const arm = (): void => {
    const { stream } = client;
    const { socketTimeout: ms = Infinity } = client.options;
    const onData = (): void => {
      disarm?.();
      if (client.commandQueue.length > 0) arm();
    };
    const cancel = scheduleLoopTime(ms, clock, () => {
      disarm?.();
      stream.destroy(new Error(`Socket timeout. Expecting data, but didn't receive any in ${ms}ms.`));
    });
    client.socketTimeoutTimer = {};
    disarm = (): void => {
      cancel();
      stream.off('data', onData);
      client.socketTimeoutTimer = undefined;
      disarm = undefined;
    };
    stream.once('data', onData); // added after the client's own listener, which takes answered commands from the queue
  };
  client.setSocketTimeout = arm;
  client.on('close', () => disarm?.());
}

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
