import { TurnBatchingStore } from '../../src/adapters/store/turn-batching-store';
import { escapingSanitizer } from '../../src/adapters/keys/escaping-sanitizer';
import { typedJsonSerializer } from '../../src/adapters/serialization/typed-json-serializer';
import { assembleCache, type OwnedLocalStore } from '../../src/domain/assemble-cache';
import { Background } from '../../src/domain/background';
import { BusChannel, withChannel, noChannel } from '../../src/domain/bus/invalidation-channel';
import { Cache } from '../../src/domain/cache';
import type { CacheEmitter, CacheEventName, CacheEvents } from '../../src/domain/events/cache-events';
import { resolveSet, type SetOptions } from '../../src/domain/options/call-options';
import { DeadlineStore } from '../../src/domain/l2/deadline-store';
import { newEntry, type Entry, type LocalEntry } from '../../src/domain/entry/entry';
import { Lifecycle, type LateReads } from '../../src/domain/lifecycle';
import { normalizeOptions } from '../../src/domain/options/normalize-options';
import type { CacheOptions, Ttl } from '../../src/domain/options/options';
import type { CacheSettings } from '../../src/domain/options/settings';
import { PayloadCodec } from '../../src/domain/entry/payload-codec';
import { noRemoteTier } from '../../src/domain/l2/remote-tier';
import { TierGate } from '../../src/domain/l2/tier-gate';
import { TierReporter } from '../../src/domain/l2/tier-reporter';
import { ttlWithoutBusMs } from '../../src/domain/consistency/bus-view';
import { deriveDriver, type StoreDriver } from '../../src/ports/driver';
import type { InvalidationBus } from '../../src/ports/invalidation-bus';
import type { CacheEvent } from '../../src/ports/metrics-sink';
import type { Store } from '../../src/ports/store';
import { FakeClock } from '../../src/testing/fake-clock';
import { FakeDriver } from '../../src/testing/fake-driver';
import { FakeLocalStore } from '../../src/testing/fake-local-store';
import type { FakeProbe } from '../../src/testing/fake-probe';
import type { FakeStore } from '../../src/testing/fake-store';
import { RecordingLogger } from '../../src/testing/recording-logger';
import { testKey } from '../../src/testing/test-key';
import { HeldReplies } from './held-replies';

export interface UnderTestOptions extends Omit<CacheOptions, 'secondary' | 'clock'> {
  /** @defaultValue `'fake'`: a driver that is well */
  readonly layer2?: 'fake' | 'none';
  /** What tells this process about deletes elsewhere: with it, layer 1 may be trusted until an entry expires. */
  readonly hearsOthers?: boolean;
  /** Instead of {@link hearsOthers}: a bus that really carries messages. */
  readonly bus?: InvalidationBus;
  /** As `createCache` has it: one command per turn. */
  readonly batched?: boolean;
  /** @defaultValue `'refused'` */
  readonly lateReads?: LateReads;
  readonly driver?: Partial<Pick<StoreDriver, 'open' | 'close' | 'canClear'>>;
}

/** A cache as `createCache` composes it, on fakes: time and layer 2 do what the test says. */
export class CacheUnderTest {
  readonly clock = new FakeClock();
  readonly driver = new FakeDriver({ clock: this.clock });
  readonly store: FakeStore = this.driver.store;
  readonly probe: FakeProbe = this.driver.probe;
  readonly replies = new HeldReplies(this.store);
  readonly logger = new RecordingLogger();
  readonly metrics: CacheEvent[] = [];
  readonly background = new Background();
  readonly settings: CacheSettings;
  readonly cache: Cache;
  /** What `jitter` draws. */
  drawn = 0;
  readonly #codec: PayloadCodec;

  constructor({
    layer2 = 'fake',
    hearsOthers = false,
    bus,
    batched = false,
    lateReads = 'refused',
    driver = {},
    ...options
  }: UnderTestOptions) {
    const given = { metrics: { record: (event: CacheEvent) => this.metrics.push(event) }, logger: this.logger, ...options };
    const parts = { logger: this.logger, clock: this.clock, sanitizer: escapingSanitizer() };
    const secondary = layer2 === 'none' ? {} : { secondary: this.driver };
    this.settings = normalizeOptions({ ...given, ...secondary, clock: this.clock }, parts);
    this.#codec = new PayloadCodec(typedJsonSerializer, this.settings.cipher, this.settings.maxPayloadBytes);
    const { clock, deadlines, logger, metrics } = this.settings;
    const emitters = new Set<CacheEmitter>();
    const reporter = new TierReporter(this.driver.name, metrics, emitters, logger, clock);
    const { background } = this;
    const { maxPending } = this.settings;
    const link =
      bus === undefined
        ? noChannel(layer2 === 'none' || hearsOthers ? Infinity : ttlWithoutBusMs)
        : new BusChannel(bus, { node: 'own', layer2: this.driver.probe, clock, background, maxPending, reporter });
    const whole = withChannel({ ...this.#driverWith(batched), ...driver, bus }, link);
    const remote = layer2 === 'none' ? noRemoteTier : new TierGate(whole, this.settings, reporter);
    this.cache = assembleCache({
      create: (parts) => new Cache(parts),
      settings: this.settings,
      remote,
      emitters,
      background,
      codec: this.#codec,
      link,
      lifecycle: new Lifecycle({ remote, background, clock, closeMs: deadlines.closeMs, lateReads }),
      newLocalStore: () => this.#newLocalStore(),
      random: () => this.drawn,
      detach: (run) => run(),
    });
  }

  /** Another process has written this, the given time ago. */
  plant(key: string, value: unknown, options?: SetOptions | Ttl, agoMs = 0): void {
    const writtenAt = this.clock.now() - agoMs;
    const entry = newEntry(value, resolveSet(options, this.settings.life), Infinity, writtenAt, () => 0);
    const encoded = this.#codec.encode(entry, this.remoteKey(key));
    if (!('payload' in encoded)) throw new Error(`what was to be planted was rejected: ${encoded.rejected}`);
    this.store.plant(this.remoteKey(key), encoded.payload, entry.staleUntil - this.clock.now());
  }

  /** The entry that layer 2 holds for a key of the outermost namespace, past all trouble. */
  inLayer2(key: string): Entry | undefined {
    const kept = this.store.peek(this.remoteKey(key));
    if (kept === undefined) return undefined;
    const decoded = this.#codec.decode(kept.payload, this.remoteKey(key));
    if ('rejected' in decoded) throw new Error(`layer 2 holds what cannot be read: ${decoded.rejected}`);
    return decoded;
  }

  /** The name in layer 2 of a plain key. */
  remoteKey(key: string) {
    return testKey(`${this.settings.namespace}:v1:${key}`);
  }

  /** How often layer 2 was asked for something, or for anything. */
  calls(operation?: keyof Store): number {
    return this.store.calls.filter((call) => operation === undefined || call.operation === operation).length;
  }

  /** Everything that listeners are told from now on. */
  listen<N extends CacheEventName>(name: N, cache = this.cache): CacheEvents[N][] {
    const heard: CacheEvents[N][] = [];
    cache.on(name, (event) => heard.push(event));
    return heard;
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await this.clock.advance(0);
  }

  /** As a test leaves it: layer 2 well, and `close` done, for as long as it takes. */
  async end(): Promise<void> {
    this.store.heal();
    this.replies.release();
    const state = { closed: false };
    const closing = this.cache.close().then(() => (state.closed = true));
    await this.settle();
    if (!state.closed) await this.clock.advance(2 * this.settings.deadlines.closeMs);
    await closing;
  }

  #driverWith(batched: boolean): StoreDriver {
    const inTime = new DeadlineStore(this.replies, this.settings.deadlines, this.clock);
    return deriveDriver(this.driver, { store: batched ? new TurnBatchingStore(inTime) : inTime });
  }

  #newLocalStore(): OwnedLocalStore {
    const store = new FakeLocalStore<LocalEntry>(this.clock, { maxEntries: this.settings.primary.lruSize });
    const dispose = (): void => {
      store.clear();
    };
    return { store, dispose };
  }
}
