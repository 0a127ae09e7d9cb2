import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the range from which systems take the local ports of outgoing connections. A port out of that range can be taken while its server
 * is down, even by a client that tries to reconnect to it: it then talks to itself. A cluster node also takes the port 10 000 above its own,
 * which has to stay below that range as well.
 */
const lowest = 10_000;
const highest = 22_000;

/** Concurrent test processes have separate ranges of ports (`scripts/test.mjs`), and use no port twice: a killed server needs the same port again. */
const room = (highest - lowest) / 3;
const lane = Number(process.env['TEST_LANE'] ?? 0);
const given = new Set<number>();

/** A free port of 127.0.0.1. */
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
