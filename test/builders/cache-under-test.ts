import { loadScope } from '../../src/adapters/system/async-scope';
import { escapingSanitizer } from '../../src/adapters/keys/sanitizers';
import { typedJsonSerializer } from '../../src/adapters/serialization/typed-json-serializer';
import { WriteBatchingStore } from '../../src/adapters/store/write-batching-store';
import { assembleCache } from '../../src/domain/assemble-cache';
import { Background } from '../../src/domain/shared/background';
import { Cache } from '../../src/domain/cache';
import { parseState, verdictOf } from '../../src/domain/consistency/tag-times';
import type { CacheAdapters, OwnedLocalStore } from '../../src/domain/cache-adapters';
import { newEntry, type Entry, type LocalEntry } from '../../src/domain/entry/entry';
import { isMarked, readRow } from '../../src/domain/entry/row';
import { PayloadCodec } from '../../src/domain/entry/payload-codec';
import type { CacheEventName, CacheEvents } from '../../src/domain/events/cache-events';
import type { LateReads } from '../../src/domain/lifecycle';
import { resolveSet, type SetOptions } from '../../src/domain/options/call-options';
import { normalizeOptions } from '../../src/domain/options/normalize-options';
import type { CacheOptions, Ttl } from '../../src/domain/options/options';
import type { CacheSettings } from '../../src/domain/options/settings';
import { deriveDriver, type StoreDriver } from '../../src/ports/driver';
import { alwaysUp } from '../../src/ports/health-probe';
import type { InvalidationBus } from '../../src/ports/invalidation-bus';
import type { CacheEvent } from '../../src/ports/metrics-sink';
import type { SanitizedKey } from '../../src/ports/sanitized-key';
import type { Store } from '../../src/ports/store';
import { FakeClock } from '../../src/testing/fake-clock';
import { FakeDriver } from '../../src/testing/fake-driver';
import { FakeLocalStore } from '../../src/testing/fake-local-store';
import type { FakeProbe } from '../../src/testing/fake-probe';
import type { FakeStore } from '../../src/testing/fake-store';
import { RecordingLogger } from '../../src/testing/recording-logger';
import { testKey } from '../../src/testing/suite-tools';
import { HeldReplies } from './held-replies';

export interface UnderTestOptions extends Omit<CacheOptions, 'secondary' | 'clock'> {
  /** @defaultValue `'fake'`: a driver that is well */
  readonly l2?: 'fake' | 'none';
  /** A bus that reports the deletes of other processes: with it, L1 answers until an entry expires. */
  readonly hearsOthers?: boolean;
  /** Instead of {@link hearsOthers}: a bus that really carries messages. */
  readonly bus?: InvalidationBus;
  /** As `createCache` has it: one command per turn. */
  readonly batched?: boolean;
  /** Its name on the bus. */
  readonly node?: string;
  /** @defaultValue `'refused'` */
  readonly lateReads?: LateReads;
  readonly driver?: Partial<Pick<StoreDriver, 'open' | 'close' | 'canClear' | 'identify' | 'keyPrefix'>>;
}

/** A bus on which no other process ever changes anything. */
const quietBus: InvalidationBus = {
  probe: alwaysUp,
  noticesWithinMs: 0,
  publish: () => Promise.resolve(),
  subscribe: () => Promise.resolve(() => Promise.resolve()),
};

/** A cache as `createCache` composes it, on fakes: the test controls time and L2. */
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
  /** The random number for `jitter`. */
  drawn = 0;
  readonly #codec: PayloadCodec;

  constructor({
    l2 = 'fake',
    hearsOthers = false,
    bus,
    batched = false,
    node = 'own',
    lateReads = 'refused',
    driver = {},
    ...options
  }: UnderTestOptions) {
    const given = { metrics: { record: (event: CacheEvent) => this.metrics.push(event) }, logger: this.logger, ...options };
    const parts = { logger: this.logger, clock: this.clock, sanitizer: escapingSanitizer() };
    const secondary = deriveDriver(this.driver, { store: this.replies, bus: bus ?? (hearsOthers ? quietBus : undefined), ...driver });
    this.settings = normalizeOptions({ ...given, ...(l2 === 'none' ? {} : { secondary }), clock: this.clock }, parts);
    this.#codec = new PayloadCodec(typedJsonSerializer, this.settings.cipher, this.settings.maxPayloadBytes);
    const adapters: CacheAdapters = {
      newLocalStore: (settings) => this.#newLocalStore(settings),
      serializer: typedJsonSerializer,
      protect: (given) => ({ driver: batched ? deriveDriver(given, { store: new WriteBatchingStore(given.store) }) : given }),
      loadScope: loadScope(),
      newNodeId: () => node,
      random: () => this.drawn,
      afterTurn: batched ? setImmediate : queueMicrotask,
      detach: (run) => run(),
    };
    // As after the first use of the namespace.
    this.store.plant(this.#stateKey, '1,0');
    this.cache = assembleCache(this.settings, adapters, { create: (own) => new Cache(own), lateReads, background: this.background });
  }

  /** Another process has written this, the given time ago. */
  plant(key: string, value: unknown, options?: SetOptions | Ttl, agoMs = 0): void {
    const writtenAt = this.clock.now() - agoMs;
    const { life, call } = resolveSet(options, this.settings.life);
    const entry = newEntry(value, life, call.tags, { asOf: 1, maxTtlMs: Infinity, now: writtenAt, random: () => 0 });
    const encoded = this.#codec.encode(entry, this.remoteKey(key));
    if (!('payload' in encoded)) throw new Error(`what was to be planted was rejected: ${encoded.rejected}`);
    this.store.plant(this.remoteKey(key), encoded.payload, entry.staleUntil - this.clock.now());
  }

  /** The entry that L2 holds for a key of the outermost namespace, past all trouble and leases; `undefined` for one that was cleared. */
  inL2(key: string): Entry | undefined {
    const kept = this.store.peek(this.remoteKey(key));
    const payload = kept && (isMarked(kept.payload) ? readRow(kept.payload).payload : kept.payload);
    if (payload === undefined || payload === '') return undefined;
    const decoded = this.#codec.decode(payload, this.remoteKey(key));
    if ('rejected' in decoded) throw new Error(`L2 holds what cannot be read: ${decoded.rejected}`);
    const state = parseState(this.store.peek(this.#stateKey)?.payload);
    return state === undefined || verdictOf(decoded.asOf, state, []) === 'removed' ? undefined : decoded;
  }

  /** The name in L2 of a plain key. */
  remoteKey(key: string) {
    return testKey(`${this.settings.namespace}:v1:${key}`);
  }

  /** How often L2 was asked for something, or for anything. */
  calls(operation?: keyof Store): number {
    return this.store.calls.filter((call) => operation === undefined || call.operation === operation).length;
  }

  /** All events of listeners from now on. */
  listen<N extends CacheEventName>(name: N, cache = this.cache): CacheEvents[N][] {
    const heard: CacheEvents[N][] = [];
    cache.on(name, (event) => heard.push(event));
    return heard;
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await this.clock.advance(0);
  }

  /** As a test leaves it: L2 well, and `close` done, for as long as it takes. */
  async end(): Promise<void> {
    this.store.heal();
    this.replies.release();
    const state = { closed: false };
    const closing = this.cache.close().then(() => (state.closed = true));
    await this.settle();
    if (!state.closed) await this.clock.advance(2 * this.settings.deadlines.closeMs);
    await closing;
  }

  get #stateKey(): SanitizedKey {
    return testKey(`${this.settings.namespace}:v1~{${this.settings.namespace}}state`);
  }

  #newLocalStore({ primary }: CacheSettings): OwnedLocalStore {
    const store = new FakeLocalStore<LocalEntry>(this.clock, { maxEntries: primary.lruSize });
    const dispose = (): void => {
      store.clear();
    };
    return { store, dispose };
  }
}
