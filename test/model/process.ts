import { loadScope } from '../../src/adapters/system/async-scope';
import { escapingSanitizer } from '../../src/adapters/keys/escaping-sanitizer';
import { typedJsonSerializer } from '../../src/adapters/serialization/typed-json-serializer';
import { assembleCache } from '../../src/domain/assemble-cache';
import { Background } from '../../src/domain/shared/background';
import { Cache } from '../../src/domain/cache';
import type { CacheAdapters } from '../../src/domain/cache-adapters';
import { parseState, parseTag, verdictOf } from '../../src/domain/consistency/tag-times';
import type { Entry, LocalEntry } from '../../src/domain/entry/entry';
import { normalizeOptions } from '../../src/domain/options/normalize-options';
import type { CacheOptions } from '../../src/domain/options/options';
import type { CacheSettings } from '../../src/domain/options/settings';
import { PayloadCodec } from '../../src/domain/entry/payload-codec';
import type { SanitizedKey } from '../../src/ports/sanitized-key';
import type { StoreDriver } from '../../src/ports/driver';
import type { InvalidationBus, InvalidationMessage } from '../../src/ports/invalidation-bus';
import { silent } from '../../src/ports/logger';
import { FakeBus, type FakeMedium } from '../../src/testing/fake-bus';
import type { FakeClock } from '../../src/testing/fake-clock';
import { FakeLocalStore } from '../../src/testing/fake-local-store';
import { FakeProbe } from '../../src/testing/fake-probe';
import type { FakeStore } from '../../src/testing/fake-store';
import { testKey } from '../../src/testing/test-key';
import { keyOf, keys, nameOf, tagOf, type Key, type Knowledge, type Reference } from './reference';
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
}

const codec = new PayloadCodec(typedJsonSerializer, undefined);

/** One life of one process: a cache as `createCache` composes it, and everything that it hangs on. */
export class Process {
  readonly cache: Cache;
  readonly wire: Wire;
  readonly probe = new FakeProbe();
  readonly bus: FakeBus | undefined;
  readonly knowledge: Knowledge;
  isAlive = true;
  /** Whether nothing was ever done to its end of the bus. */
  isUndisturbed = true;
  readonly #reference: Reference;

  constructor(name: string, { clock, latency, medium, options, reference, server }: Surroundings) {
    this.#reference = reference;
    this.knowledge = reference.newProcess(name);
    this.wire = new Wire(server, clock, latency, {
      sent: (key, payload) => this.#sent(key, payload),
      deleted: (isDeleted) => {
        for (const key of keys) if (isDeleted(nameOf(key))) reference.deleted(this.knowledge, key);
      },
      storedUnderLease: (key, payload) => {
        const { asOf, value } = this.#decoded(key, payload);
        const [state, tag] = ['state', `tag:${tagOf(keyOf(key))}`].map(
          (one) => server.peek(testKey(`tiercel:v1~{tiercel}${one}`))?.payload,
        );
        const times = parseState(state);
        const isUsed = times !== undefined && verdictOf(asOf, times, [parseTag(tag)]) === 'valid';
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
    this.cache = assembleCache(settings, adapters, { create: (own) => new Cache(own), lateReads: 'refused', background: new Background() });
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

  #sent(name: SanitizedKey, payload: string): () => void {
    const { value } = this.#decoded(name, payload);
    const key = keyOf(name)!;
    const known = this.knowledge.known[key];
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

function ownedLocalStore({ clock, primary }: CacheSettings) {
  const store = new FakeLocalStore<LocalEntry>(clock, { maxEntries: primary.lruSize });
  const dispose = (): void => {
    store.clear();
  };
  return { store, dispose };
}
