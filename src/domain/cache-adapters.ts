import type { AsyncScope } from '../ports/async-scope';
import type { LocalStore } from '../ports/local-store';
import type { Serializer } from '../ports/serializer';
import type { L2Adapters } from './assemble-l2';
import type { Cache } from './cache';
import type { CacheParts } from './cache-parts';
import type { LocalEntry } from './entry/entry';
import type { LateReads } from './lifecycle';
import type { CacheSettings } from './options/settings';
import type { CopyValue } from './reading/read-result';
import type { LoadFrame } from './reading/reentrancy';
import type { Background } from './shared/background';

/** The store of L1 for one namespace, and the function that releases it. */
export interface OwnedLocalStore {
  readonly store: LocalStore<LocalEntry>;
  readonly dispose: () => void;
  /** Copies a value for one caller, or returns it as it is if it cannot be copied; `undefined` where values are handed out by reference. */
  readonly copy?: CopyValue;
}

/** Everything outside the domain that a cache is made of. */
export interface CacheAdapters extends L2Adapters {
  readonly newLocalStore: (settings: CacheSettings) => OwnedLocalStore;
  readonly serializer: Serializer;
  readonly loadScope: AsyncScope<LoadFrame>;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Runs the task when the present turn of the event loop ends. */
  readonly afterTurn: (task: () => void) => void;
  /** Runs work outside the asynchronous context of its caller. */
  readonly detach: <T>(run: () => T) => T;
}

/** The parts that each composition root chooses. */
export interface CacheComposition<C extends Cache> {
  /** The class that users see. */
  readonly create: (parts: CacheParts) => C;
  readonly lateReads: LateReads;
  readonly background: Background;
}
