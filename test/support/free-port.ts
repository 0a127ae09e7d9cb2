import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the range from which systems take the local ports of outgoing connections. A port out of that range can be taken while its server
 * is down, even by a client that tries to reconnect to it: it then talks to itself. A cluster node also takes the port 10 000 above its own,
 * which has to stay below that range as well.
 */
const lowest = 10_000;
const highest = 22_000;

/** Test processes that run side by side have ports of their own (`scripts/test.mjs`), and hand none out twice: a killed server wants its own back. */
const room = (highest - lowest) / 3;
const lane = Number(process.env['TEST_LANE'] ?? 0);
const given = new Set<number>();

/** A port of 127.0.0.1 on which nobody listens. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + lane * room + Math.floor(Math.random() * room);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
