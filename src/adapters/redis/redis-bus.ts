import { withDeadline } from '../../domain/deadline';
import { CacheError } from '../../domain/cache-error';
import type { Clock } from '../../ports/clock';
import type { HealthProbe } from '../../ports/health-probe';
import type { InvalidationBus, InvalidationMessage } from '../../ports/invalidation-bus';
import { Audience } from '../bus/audience';
import { messageText } from '../bus/message-text';
import { ConnectionProbe } from '../probe/connection-probe';
import { defaultProbeSettings } from '../probe/probe-settings';
import { untilUp } from '../probe/until-up';
import { askForLife, writeFailure } from '../resp/failure';

import { isCluster, whenReady, type RedisClient } from './redis-client';
import { subscriberClient } from './subscriber';
import { Subscription } from './subscription';

/** In milliseconds. */
const publishLimitMs = 1_000;

/** However seldom the driver asks for a sign of life: layer 1 is trusted for 30 s at most after the last one of the subscription. */
const longestPingIntervalMs = 20_000;

/** How long `subscribe()` waits before it leaves the rest to the probe, in milliseconds. */
const subscribeLimitMs = 1_000;

export interface RedisBusParts {
  readonly client: RedisClient;
  /** A borrowed client is neither closed nor changed. */
  readonly owner: 'driver' | 'user';
  readonly name: string;
  readonly channel: string;
  readonly pingIntervalMs: number;
  readonly clock: Clock;
}

/** A pub/sub channel: what is sent goes through the driver's client, what comes in through a connection of its own. */
export class RedisBus implements InvalidationBus {
  readonly probe: HealthProbe;
  readonly noticesWithinMs: number;
  readonly #parts: RedisBusParts;
  readonly #audience = new Audience();
  readonly #subscription: Subscription;
  readonly #closed = new AbortController();

  constructor(parts: RedisBusParts) {
    const { client, owner, name, channel, clock } = parts;
    const { pingDeadlineMs } = defaultProbeSettings;
    const pingIntervalMs = Math.min(parts.pingIntervalMs, longestPingIntervalMs);
    this.#parts = parts;
    this.noticesWithinMs = pingIntervalMs + pingDeadlineMs;
    this.#subscription = new Subscription({
      channel,
      newClient: () => subscriberClient(client, owner, clock),
      clock,
      onStanding: () => this.#audience.tuneIn(),
      onMessage: (text) => this.#audience.hear(text),
    });
    this.probe = new ConnectionProbe({
      ping: () => askForLife(name, () => this.#subscription.ping()),
      watch: (signals) => this.#subscription.open(signals),
      clock,
      settings: { pingIntervalMs, pingDeadlineMs },
    });
  }

  async publish(message: InvalidationMessage): Promise<void> {
    const { client, channel, name, clock } = this.#parts;
    const late = (): CacheError => new CacheError('CACHE_TIER_UNAVAILABLE', `${name}: no answer to PUBLISH within ${publishLimitMs} ms`);
    try {
      await withDeadline(senderOf(client).publish(channel, messageText(message)), publishLimitMs, clock, late);
    } catch (error) {
      throw writeFailure(name, error);
    }
  }

  /** @throws CacheError `CACHE_CLOSED` after the driver was closed */
  async subscribe(onMessage: (message: InvalidationMessage) => void, onGap: () => void): Promise<() => Promise<void>> {
    const { signal } = this.#closed;
    if (signal.aborted) throw new CacheError('CACHE_CLOSED', `${this.#parts.name}: nothing can be subscribed to after close()`);
    const leave = this.#audience.join({ onMessage, onGap });
    this.probe.start();
    await untilUp(this.probe, { clock: this.#parts.clock, limitMs: subscribeLimitMs, signal });
    return async () => {
      leave();
      if (this.#audience.isEmpty) await this.#hangUp();
    };
  }

  close(): Promise<void> {
    this.#closed.abort();
    return this.#hangUp();
  }

  #hangUp(): Promise<void> {
    this.probe.stop();
    return this.#subscription.closed;
  }
}

/** On a cluster always the same node: messages that take different ways overtake each other, and whoever hears them takes that for a loss. */
function senderOf(client: RedisClient): RedisClient {
  const nodes = isCluster(client) ? whenReady(client).nodes('master') : [client];
  const node = nodes.find(({ status }) => status === 'ready');
  if (node === undefined) throw new Error('the client is not ready');
  return node;
}
