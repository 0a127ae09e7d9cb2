import type { RootHookObject } from 'mocha';
import { FaultProxy } from './fault-proxy';
import { TestServer } from './servers';

/**
 * Node's notices about its own features, and warnings of the cache. Every other warning is a fault of ours: too many listeners, a
 * negative timeout…
 */
const harmlessWarnings = ['ExperimentalWarning', 'DeprecationWarning', 'TiercelWarning'];

const troubles: string[] = [];
let running = 'before the first test';

/** Mocha 12 drops unhandled rejections; without this they would pass unseen. */
process.on('unhandledRejection', (reason) => {
  troubles.push(`unhandled rejection, noticed during "${running}": ${describeReason(reason)}`);
});
process.on('warning', (warning) => {
  if (!harmlessWarnings.includes(warning.name)) troubles.push(`process warning, noticed during "${running}": ${describeReason(warning)}`);
});

// Mocha leaves these to Node, which would end without the exit handlers that stop the servers.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

/** Reported at the end: a root hook that failed earlier would end the whole run, and hide the results of the other tests. */
export const mochaHooks: RootHookObject = {
  beforeEach(this: Mocha.Context) {
    running = this.currentTest?.fullTitle() ?? running;
  },

  async afterEach() {
    // Node reports a rejection a turn after the promise was left alone.
    await new Promise(setImmediate);
  },

  async afterAll() {
    const servers = [...TestServer.running];
    const proxies = [...FaultProxy.running];
    await Promise.all([...servers, ...proxies].map((one) => one.stop()));
    troubles.push(...servers.map((server) => `${server.kind}-server left running, started ${server.startedBy}`));
    endOrTell();
    troubles.push(...proxies.map((proxy) => `fault proxy on port ${proxy.port} left running`));
    if (troubles.length > 0) throw new Error(troubles.join('\n'));
  },
};

/** A process that a timer or socket keeps alive would hang without a message. */
function endOrTell(): void {
  const patienceMs = 20_000;
  setTimeout(() => {
    console.error(`The tests have ended and the process has not. It is kept alive by: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit(1);
  }, patienceMs).unref();
}

function describeReason(reason: unknown): string {
  return reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
}
