import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { TestServer } from '../support/servers';

const script = resolve(__dirname, '../../examples/plain-node/script.mjs');

/** Runs it as a user would, and resolves when it has ended by itself. */
async function outputOf(environment: Readonly<Record<string, string>>): Promise<string> {
  const env = { ...process.env, REDIS_URL: undefined, ...environment };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script], { env, timeout: 9_000 });
  return stdout + stderr;
}

function expectedOutput(driver: string): string {
  return `  computing 12²
together [ 144, 144, 144 ]
again    144 144
set      done
get      { name: 'Ada', born: 1815-12-10T00:00:00.000Z }
del      done undefined
health   up ${driver}
`;
}

describe('examples/plain-node', () => {
  it('needs no server', async () => {
    expect(await outputOf({})).to.equal(expectedOutput('keyv'));
  });

  it('uses the server that REDIS_URL names', async () => {
    const server = await TestServer.start('redis');

    const output = await outputOf({ REDIS_URL: server.url });

    expect(output).to.equal(expectedOutput('redis'));
    expect(await server.cli('KEYS', '*')).to.contain('square:12');
    await server.stop();
  });
});
