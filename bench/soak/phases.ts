import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from './environment';

/** A part of the run, with or without an outage. */
export interface Phase {
  readonly name: string;
  /** Its part of the time of a whole run, from 0 to 1. */
  readonly share: number;
  /** Resolves with the function that ends the outage; a phase without it is calm. */
  readonly begin?: (environment: Environment) => Promise<() => unknown>;
}

export const calm: Phase = { name: 'calm', share: 0.06 };

export const outages: readonly Phase[] = [
  calm,
  { name: 'killed, comes back empty', share: 0.08, begin: (environment) => killed(environment, { forgets: true }) },
  {
    name: 'frozen, thawed',
    share: 0.1,
    begin: async ({ server }) => {
      server.freeze();
      return () => {
        server.thaw();
      };
    },
  },
  // In a long run it receives nothing for longer than the 30 s for which L1 answers without a bus.
  { name: 'one cut off, silently', share: 0.2, begin: ({ proxies }) => faulty(proxies.slice(0, 1), { mode: 'blackhole' }) },
  { name: 'both cut off', share: 0.1, begin: ({ proxies }) => faulty(proxies, { mode: 'refuse' }) },
  { name: 'slow: replies take 150 ms', share: 0.1, begin: ({ proxies }) => faulty(proxies, { replyLatency: 150 }) },
  { name: 'connections are reset', share: 0.1, begin: reset },
  { name: 'one is stopped, again and again', share: 0.1, begin: stopped },
  { name: 'killed, comes back with data', share: 0.08, begin: (environment) => killed(environment, { forgets: false }) },
  { ...calm, share: 0.08 },
];

async function killed({ server }: Environment, { forgets }: { readonly forgets: boolean }): Promise<() => unknown> {
  await server.kill();
  if (forgets) await rm(join(server.folder, 'appendonlydir'), { recursive: true });
  return () => server.restart();
}

type Proxies = Environment['proxies'];

async function faulty(proxies: Proxies, faults: Parameters<Proxies[number]['set']>[0]): Promise<() => unknown> {
  await Promise.all(proxies.map((proxy) => proxy.set(faults)));
  return () => Promise.all(proxies.map((proxy) => proxy.set({ mode: 'pass', replyLatency: 0 })));
}

/** Milliseconds between two resets of all connections. */
const resetEveryMs = 700;

async function reset({ proxies }: Environment): Promise<() => unknown> {
  const timer = setInterval(() => {
    for (const proxy of proxies) proxy.cutAll();
  }, resetEveryMs);
  return () => {
    clearInterval(timer);
  };
}

/** Milliseconds. A request waits as long as its instance is stopped. */
const longestStopMs = 3_000;
const longestGoMs = 1_000;

async function stopped({ instances }: Environment): Promise<() => unknown> {
  const [instance] = instances;
  const ending = new AbortController();
  const cycles = (async () => {
    while (!ending.signal.aborted) {
      instance?.freeze();
      await sleep(Math.random() * longestStopMs);
      instance?.thaw();
      await sleep(Math.random() * longestGoMs);
    }
  })();
  return async () => {
    ending.abort();
    await cycles;
  };
}
