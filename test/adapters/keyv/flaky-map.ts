import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreHarness } from '../../../src/testing';

/** A Map that can fail, for the part of the Store contract in which the server is away. */
export function flakyMap(): Omit<StoreHarness, 'store' | 'close'> & { readonly map: Map<string, string> } {
  const map = new Map<string, string>();
  let away = false;
  const flaky = new Proxy(map, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        if (away) throw new Error('out of order');
        return member.apply(target, args);
      };
    },
  });
  return {
    map: flaky,
    elapse: (ms) => sleep(ms),
    goAway: async () => void (away = true),
    comeBack: async () => void (away = false),
    foreign: { set: async (key, payload) => void map.set(key, payload), get: async (key) => map.get(key) },
  };
}
