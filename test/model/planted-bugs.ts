import type { SanitizedKey } from '../../src/ports/sanitized-key';
import { Generations, type Generation } from '../../src/domain/consistency/generations';
import { PendingInvalidations } from '../../src/domain/consistency/pending-invalidations';
import { InvalidationListener } from '../../src/domain/bus/invalidation-listener';
import { MemoryTier } from '../../src/domain/l1/memory-tier';
import type { LifeSettings } from '../../src/domain/options/settings';
import { L2Reader, type OnAnswer } from '../../src/domain/reading/l2-reader';
import { Recovery } from '../../src/domain/l2/recovery';
import { ServerTags } from '../../src/domain/l2/server-tags';
import { Invalidator } from '../../src/domain/writing/invalidator';
import { Writer } from '../../src/domain/writing/writer';
import { isMarked } from '../../src/domain/entry/row';
import { FakeStore } from '../../src/testing/fake-store';
import { TagEpochs } from '../../src/domain/consistency/tag-epochs';
import { parseState } from '../../src/domain/consistency/tag-times';
import { Suspicion } from '../../src/domain/l2/suspicion';
import { Wire } from './wire';
import type { WorldOptions } from './world';

/** A mistake that a later change could make. `plant` makes it, and returns the function that undoes it. */
export interface PlantedBug {
  readonly name: string;
  /** Of the processes that have the bug. */
  readonly options?: WorldOptions;
  readonly plant: () => () => void;
}

const neverOutdated: Generation = { current: true, outdated: false };

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'a load is stored without a look at its generation',
    plant: () =>
      replace(
        Writer.prototype,
        'store',
        (original) =>
          function (this: Writer, key, entry, _generation, right) {
            return original.call(this, key, entry, neverOutdated, right);
          },
      ),
  },
  {
    name: 'generations step forward before L2 has answered, and not after it',
    plant: () => {
      const calls = { running: false };
      const restore = (['delete', 'clear'] as const).map((method) => replace(Invalidator.prototype, method, noting(calls)));
      restore.push(replace(Writer.prototype, 'set', noting(calls)));
      restore.push(replace(MemoryTier.prototype, 'onInvalidation', noting(calls)));
      for (const step of ['advance', 'advanceAll'] as const) restore.push(replace(Generations.prototype, step, onlyDuring(calls)));
      return () => {
        for (const undo of restore) undo();
      };
    },
  },
  {
    name: 'a value from L2 is copied into L1 without a check of its generation',
    plant: () =>
      replace(
        L2Reader.prototype,
        'read',
        (original) =>
          function <T>(this: L2Reader, key: SanitizedKey, limits: LifeSettings, onAnswer: OnAnswer<T>) {
            return original.call(this, key, limits, onAnswer, neverOutdated) as Promise<T>;
          },
      ),
  },
  {
    name: 'recovery opens the gate first and deletes later',
    plant: () =>
      replace(
        Recovery.prototype,
        'register',
        (original) =>
          function (this: Recovery, backlog) {
            original.call(this, {
              ...backlog,
              invalidate: async (batch, store) => {
                backlog.invalidate(batch, store).catch(() => undefined);
              },
            });
          },
      ),
  },
  {
    name: 'the tags of an entry from L2 are not looked at',
    plant: () => replace(ServerTags.prototype, 'timesOf', () => (names) => names.map(() => ({ removed: 0, expired: 0 }))),
  },
  {
    name: 'entries with a tag that is pending are read',
    plant: () => replace(PendingInvalidations.prototype, 'hasTag', () => () => false),
  },
  {
    name: 'a load and its callers do not look whether its tags were invalidated meanwhile',
    plant: () => replace(MemoryTier.prototype, 'wasInvalidated', () => () => false),
  },
  {
    name: 'messages about tags are ignored',
    plant: () =>
      replace(
        MemoryTier.prototype,
        'onInvalidation',
        (original) =>
          function (this: MemoryTier, keys, kind) {
            if (kind !== 'removed') original.call(this, keys, kind);
          },
      ),
  },
  {
    name: 'a clear does not step the clock',
    plant: () =>
      replace(
        ServerTags.prototype,
        'invalidate',
        (original) =>
          async function (this: ServerTags, names, mode, store) {
            if (names.length > 0) await original.call(this, names, mode, store);
          },
      ),
  },
  {
    name: 'the clear of a namespace says nothing to the L1 of those below that share its tags',
    options: { below: true },
    plant: () => replace(TagEpochs.prototype, 'removeAll', () => () => undefined),
  },
  {
    name: 'a namespace does not look at what is pending in the one above that has its tags',
    options: { below: true },
    plant: () =>
      replace(
        PendingInvalidations.prototype,
        'hasTag',
        (original) =>
          function (this: PendingInvalidations, names) {
            return this.size > 0 && original.call(this, names);
          },
      ),
  },
  {
    name: 'a tag is invalidated at a time of the process, not of the clock in L2',
    plant: () =>
      replace(
        Wire.prototype,
        'updateTags',
        (original) =>
          async function (this: Wire, update) {
            const texts = await original.call(this, update);
            if (update.change !== 'remove') return texts;
            const entries = update.tags.map((key) => ({ key, payload: `${1_000 * this.clock.now()},0`, ttlMs: Infinity }));
            await this.server.setMany(entries);
            return texts && [texts[0], ...entries.map(({ payload }) => payload)];
          },
      ),
  },
  {
    name: 'the time of a load is that of its end',
    plant: () => {
      let now = 0;
      const stopNoting = replace(
        FakeStore.prototype,
        'updateTags',
        (original) =>
          async function (this: FakeStore, update) {
            const texts = await original.call(this, update);
            now = parseState(texts?.[0])?.clock ?? now;
            return texts;
          },
      );
      const restore = replace(
        Writer.prototype,
        'store',
        (original) =>
          function (this: Writer, key, entry, generation, right) {
            return original.call(this, key, { ...entry, asOf: now }, generation, right);
          },
      );
      return () => {
        restore();
        stopNoting();
      };
    },
  },
  {
    name: 'L2 stays suspect',
    plant: () => replace(Suspicion.prototype, 'ping', () => () => Promise.reject(new Error('not asked'))),
  },
  {
    name: 'L2 stores a load whose lease is gone',
    plant: () =>
      replace(
        FakeStore.prototype,
        'updateRow',
        (original) =>
          async function (this: FakeStore, key, update) {
            if (update.change !== 'replace') return original.call(this, key, update);
            await this.set(key, update.payload, update.ttlMs);
            return { outcome: 'done' };
          },
      ),
  },
  {
    name: 'a delete leaves the lease',
    plant: () =>
      replace(
        FakeStore.prototype,
        'delete',
        (original) =>
          function (this: FakeStore, names) {
            return original.call(
              this,
              names.filter((name) => !isMarked(this.peek(name)?.payload ?? '')),
            );
          },
      ),
  },
  {
    name: 'expiring a key leaves the lease',
    plant: () =>
      replace(
        FakeStore.prototype,
        'updateRow',
        (original) =>
          async function (this: FakeStore, key, update) {
            return update.change === 'expire' ? { outcome: 'done' } : original.call(this, key, update);
          },
      ),
  },
  {
    name: 'a set is sent once more after a later change of its key by the same process',
    plant: () =>
      replace(
        PendingInvalidations.prototype,
        'beginWrite',
        (original) =>
          function (this: PendingInvalidations, key, entry) {
            const write = original.call(this, key, entry);
            return { end: () => write.end(), isNewest: true };
          },
      ),
  },
  {
    name: 'a gap of the bus is ignored',
    plant: () => replace(InvalidationListener.prototype, 'gap', () => () => undefined),
  },
];

function noting(calls: { running: boolean }) {
  return <F extends (...given: never[]) => unknown>(original: F): F =>
    function (this: unknown, ...given: Parameters<F>) {
      calls.running = true;
      try {
        return original.apply(this, given);
      } finally {
        calls.running = false;
      }
    } as F;
}

function onlyDuring(calls: { readonly running: boolean }) {
  return <F extends (...given: never[]) => unknown>(original: F): F =>
    function (this: unknown, ...given: Parameters<F>) {
      return calls.running ? original.apply(this, given) : undefined;
    } as F;
}

function replace<T, K extends keyof T>(prototype: T, method: K, replacement: (original: T[K]) => T[K]): () => void {
  const original = prototype[method];
  prototype[method] = replacement(original);
  return () => {
    prototype[method] = original;
  };
}
