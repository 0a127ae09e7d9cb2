import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreHarness } from '../../../src/testing';

type FlakyHarness = Omit<StoreHarness, 'store' | 'close'>;

export interface InProcess {
  get(key: string): unknown;
  set(key: string, value: string): unknown;
}

/** An adapter in this process that can fail, for the part of the Store contract in which the server is away. */
export function flaky<A extends InProcess>(adapter: A): FlakyHarness & { readonly adapter: A } {
  let away = false;
  const proxy = new Proxy(adapter, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        if (away) throw new Error('out of order');
        return member.apply(target, args);
      };
    },
  });
  return {
    adapter: proxy,
    elapse: (ms) => sleep(ms),
    goAway: async () => void (away = true),
    comeBack: async () => void (away = false),
    foreign: {
      set: async (key, payload) => {
        await adapter.set(key, payload);
      },
      get: async (key) => (await adapter.get(key)) as string | undefined,
    },
  };
}

/** A Map that can fail. */
export function flakyMap(): FlakyHarness & { readonly map: Map<string, string> } {
  const { adapter, ...harness } = flaky(new Map<string, string>());
  return { ...harness, map: adapter };
}
