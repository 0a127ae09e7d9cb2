import type { Socket } from 'node:net';
import { scheduleLoopTime } from '../../domain/shared/deadline';
import type { Cancel, Clock } from '../../ports/clock';
import type { RedisClient } from './redis-client';

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
export function countSocketTimeoutInLoopTime(given: RedisClient, clock: Clock): void {
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
