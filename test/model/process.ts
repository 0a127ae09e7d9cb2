import { loadScope } from '../../src/adapters/system/async-scope';
import { escapingSanitizer } from '../../src/adapters/keys/sanitizers';
import { typedJsonSerializer } from '../../src/adapters/serialization/typed-json-serializer';
import { assembleCache } from '../../src/domain/assemble-cache';
import { Background } from '../../src/domain/shared/background';
import { Cache } from '../../src/domain/cache';
import type { CacheAdapters } from '../../src/domain/cache-adapters';
import type { CacheParts } from '../../src/domain/cache-parts';
import { parseState, parseTag, verdictOf } from '../../src/domain/consistency/tag-times';
import type { Entry, LocalEntry } from '../../src/domain/entry/entry';
import { normalizeOptions } from '../../src/domain/options/normalize-options';
import type { CacheOptions } from '../../src/domain/options/options';
import type { CacheSettings } from '../../src/domain/options/settings';
import { PayloadCodec } from '../../src/domain/entry/payload-codec';
import type { Clock } from '../../src/ports/clock';
import type { SanitizedKey } from '../../src/ports/sanitized-key';
import type { StoreDriver } from '../../src/ports/driver';
import type { InvalidationBus, InvalidationMessage } from '../../src/ports/invalidation-bus';
import { silent } from '../../src/ports/logger';
import { FakeBus, type FakeMedium } from '../../src/testing/fake-bus';
import type { FakeClock } from '../../src/testing/fake-clock';
import { FakeLocalStore } from '../../src/testing/fake-local-store';
import { FakeProbe } from '../../src/testing/fake-probe';
import type { FakeStore } from '../../src/testing/fake-store';
import { testKey } from '../../src/testing/suite-tools';
import { keyOf, keys, tagOf, type Key, type Knowledge, type Reference } from './reference';
import { Wire } from './wire';

/** The shared parts of the processes of one run. */
export interface Surroundings {
  readonly clock: FakeClock;
  readonly server: FakeStore;
  /** `undefined`: no messages between processes. */
  readonly medium: FakeMedium | undefined;
  readonly latency: () => number;
  readonly reference: Reference;
  readonly options: CacheOptions;
  /** Whether the processes use a namespace below that shares the tags. */
  readonly below: boolean;
}

/** The bookkeeping keys of the namespace with the clock: its tags, and those of the namespaces below it. */
export const tagKeys: readonly SanitizedKey[] = [...keys.map(tagOf), '%namespace:tiercel:middle', '%namespace:tiercel:middle:inner'].map(
  (tag) => testKey(`tiercel:v1~{tiercel}tag:${tag}`),
);

const codec = new PayloadCodec(typedJsonSerializer, undefined);

/** One life of one process: a cache as `createCache` composes it, and everything that it hangs on. */
export class Process {
  readonly cache: Cache;
  /** With the clock of the tags; `cache` itself, unless that is below it. */
  readonly outermost: Cache;
  /** Between the two, if there is one. */
  readonly between: Cache;
  readonly wire: Wire;
  readonly probe = new FakeProbe();
  readonly bus: FakeBus | undefined;
  readonly knowledge: Knowledge;
  isAlive = true;
  /** Whether nothing was ever done to its end of the bus. */
  isUndisturbed = true;
  readonly #reference: Reference;

  constructor(name: string, wallAheadMs: number, { below, clock: trueClock, latency, medium, options, reference, server }: Surroundings) {
    this.#reference = reference;
    this.knowledge = reference.newProcess(name);
    const clock = withWall(trueClock, wallAheadMs);
    this.wire = new Wire(server, clock, latency, {
      sent: (key, payload) => this.#sent(key, payload),
      deleted: (isDeleted) => {
        for (const key of keys) if (isDeleted(this.#nameOf(key))) reference.deleted(this.knowledge, key);
      },
      storedUnderLease: (key, payload) => {
        const { asOf, tags, value } = this.#decoded(key, payload);
        const [state, ...ofTags] = ['state', ...tags.map((tag) => `tag:${tag}`)].map(
          (one) => server.peek(testKey(`tiercel:v1~{tiercel}${one}`))?.payload,
        );
        const times = parseState(state);
        const isUsed = times !== undefined && verdictOf(asOf, times, ofTags.map(parseTag)) === 'valid';
        if (isUsed) reference.storedUnderLease(this.knowledge, keyOf(key)!, value as number);
      },
    });
    this.bus = medium && new FakeBus(medium);
    const parts = { clock, logger: silent, sanitizer: escapingSanitizer() };
    const settings = normalizeOptions({ ...options, secondary: this.#driver(), clock, breaker: false }, parts);
    const adapters: CacheAdapters = {
      newLocalStore: ownedLocalStore,
      serializer: typedJsonSerializer,
      protect: (driver) => ({ driver }),
      loadScope: loadScope(),
      newNodeId: () => name,
      random: () => 0,
      afterTurn: queueMicrotask,
      detach: (run) => run(),
    };
    const composition = { create: (own: CacheParts) => new Cache(own), lateReads: 'refused' as const, background: new Background() };
    this.outermost = assembleCache(settings, adapters, composition);
    this.between = below ? this.outermost.namespace('middle', { sharedTags: true }) : this.outermost;
    this.cache = below ? this.between.namespace('inner') : this.outermost;
  }

  /** Whether it receives the changes of others, as far as it knows. */
  get hears(): boolean {
    return this.bus?.probe.health === 'up';
  }

  /** The process is gone, with its pending work. Sent commands are in flight. */
  die(): Promise<void> {
    this.isAlive = false;
    this.wire.become('cut');
    this.probe.down();
    this.bus?.cut();
    return this.cache.close();
  }

  /** The name of a key in L2. */
  #nameOf(key: Key): SanitizedKey {
    return this.cache.inspectKey(key).l2;
  }

  #sent(name: SanitizedKey, payload: string): () => void {
    const { value } = this.#decoded(name, payload);
    const key = keyOf(name)!;
    const { known: ofAll, own, setting } = this.knowledge;
    const known = (setting.has(`${key}${String(value)}`) ? own : ofAll)[key];
    return () => {
      this.#reference.stored(this.knowledge, key, value as number, known);
    };
  }

  #decoded(name: SanitizedKey, payload: string): Entry {
    const entry = codec.decode(payload, name);
    if (keyOf(name) === undefined || 'rejected' in entry) throw new Error(`the model knows no ${name}`);
    return entry;
  }

  #driver(): StoreDriver {
    const { probe, wire: store } = this;
    const open = async (): Promise<void> => probe.start();
    const close = async (): Promise<void> => probe.stop();
    return { name: 'wire', store, probe, bus: this.bus && this.#witnessed(this.bus), open, close };
  }

  /** The reference gets each message after the cache. A cache ignores its own messages. */
  #witnessed(bus: FakeBus): InvalidationBus {
    const { knowledge } = this;
    const reference = this.#reference;
    return {
      probe: bus.probe,
      noticesWithinMs: bus.noticesWithinMs,
      publish: (message) => {
        reference.published(message.node, message.sequence, changedBy(message));
        return bus.publish(message);
      },
      subscribe: (onMessage, onGap) =>
        bus.subscribe(
          (message) => {
            onMessage(message);
            if (message.node !== knowledge.name) reference.heard(knowledge, message.node, message.sequence);
          },
          () => {
            onGap();
            reference.heardOfGap(knowledge);
          },
        ),
    };
  }
}

/** The keys whose entries a message is about. */
function changedBy({ keys: names, tags }: InvalidationMessage): readonly Key[] {
  if (names === 'everything') return keys;
  return tags === undefined ? (names as readonly Key[]) : keys.filter((key) => names.includes(tagOf(key)));
}

/** The clock of a machine whose wall clock is wrong. */
function withWall(clock: Clock, aheadMs: number): Clock {
  return {
    now: () => clock.now() + aheadMs,
    elapsed: () => clock.elapsed(),
    precise: () => clock.precise(),
    schedule: (ms, run) => clock.schedule(ms, run),
  };
}

function ownedLocalStore({ clock, primary }: CacheSettings) {
  const store = new FakeLocalStore<LocalEntry>(clock, { maxEntries: primary.lruSize });
  const dispose = (): void => {
    store.clear();
  };
  return { store, dispose };
}
