import { deriveDriver, type StoreDriver } from '../ports/driver';
import { BusChannel, type InvalidationChannel, ttlWithoutBusMs } from './bus/invalidation-channel';
import { TimedBus } from './bus/timed-bus';
import type { CacheEmitter } from './events/cache-events';
import { DeadlineStore } from './l2/deadline-store';
import { noRemoteTier, type BreakerState, type RemoteTier } from './l2/remote-tier';
import { shareDriver } from './l2/shared-driver';
import { TierGate } from './l2/tier-gate';
import { TierReporter } from './l2/tier-reporter';
import type { CacheSettings } from './options/settings';
import type { Background } from './shared/background';
import { logOnce } from './shared/log-once';

/** A driver with its breaker. */
export interface ProtectedDriver {
  readonly driver: StoreDriver;
  readonly breaker?: () => BreakerState | undefined;
}

export interface L2Adapters {
  /** Puts the breaker around a driver whose store keeps its deadlines, and batches one turn's calls outside it: one breaker call per batch. */
  readonly protect: (driver: StoreDriver, settings: CacheSettings, onBreakerChange: (state: BreakerState) => void) => ProtectedDriver;
  /** A name on the bus that no other cache has. */
  readonly newNodeId: () => string;
  /** Runs the task when the present turn of the event loop ends. */
  readonly afterTurn: (task: () => void) => void;
}

/** L2 and the bus, which all namespaces of a cache share. */
export interface L2 {
  readonly remote: RemoteTier;
  readonly channel: InvalidationChannel;
  /** Listeners of all namespaces, for events of L2: each namespace adds its own. */
  readonly emitters: Set<CacheEmitter>;
}

/** From the inside out: deadlines, breaker, batches, gate. */
export function assembleL2(settings: CacheSettings, adapters: L2Adapters, background: Background): L2 {
  const { clock, deadlines, logger, maxPayloadBytes, metrics, secondary } = settings;
  const emitters = new Set<CacheEmitter>();
  if (secondary === undefined) return { remote: noRemoteTier, channel: noChannel(Infinity), emitters };
  const reporter = new TierReporter(secondary.name, metrics, emitters, logger, clock);
  const warn = logOnce((message) => logger.warn(message));
  const store = new DeadlineStore(secondary.store, {
    deadlines,
    clock,
    maxPayloadBytes,
    onLate: (operation) => reporter.report('deadlineExceeded', { operation }),
    onOversized: () => warn('L2: a payload larger than maxPayloadBytes arrived after the deadline of its read, and is deleted'),
  });
  const own = deriveDriver(shareDriver(secondary), { store });
  const { driver, breaker } = adapters.protect(own, settings, (state) => reporter.report('breaker', { state }));
  const channel = channelOf(secondary, driver, { settings, adapters, background, reporter });
  return { remote: new TierGate(withChannel(driver, channel), settings, reporter, breaker), channel, emitters };
}

interface ChannelParts {
  readonly settings: CacheSettings;
  readonly adapters: L2Adapters;
  readonly background: Background;
  readonly reporter: TierReporter;
}

function channelOf(
  { bus }: StoreDriver,
  { probe }: StoreDriver,
  { adapters, background, reporter, settings }: ChannelParts,
): InvalidationChannel {
  if (bus === undefined) return noChannel(ttlWithoutBusMs);
  const { clock, maxPending } = settings;
  const node = adapters.newNodeId();
  const timed = new TimedBus(bus, node, reporter, clock);
  return new BusChannel(timed, { node, l2: probe, clock, background, afterTurn: adapters.afterTurn, maxPending, reporter });
}

/** The channel of a cache without a bus, or without L2. */
export function noChannel(l1TtlMs: number): InvalidationChannel {
  return {
    l1TtlMs,
    register: () => undefined,
    announce: () => true,
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** A driver that opens and closes together with the channel, which uses its connections. */
export function withChannel(driver: StoreDriver, channel: InvalidationChannel): StoreDriver {
  const open = async (): Promise<void> => {
    await Promise.all([driver.open(), channel.start()]);
  };
  const close = async (): Promise<void> => {
    await channel.close();
    await driver.close();
  };
  return deriveDriver(driver, { open, close });
}
