import { expect } from 'chai';
import { execFile } from 'node:child_process';

describe('root hooks', () => {
  it('fail a run whose tests leave timers or sockets open, and name the test', async () => {
    const { failed, output } = await runMocha('test/support/fixtures/troublesome-tests.ts');

    expect(failed).to.equal(true);
    expect(output).to.include('4 passing').and.to.include('1 failing');
    expect(output).to.match(/unhandled rejection, noticed during "troublesome forgets a rejection": Error: forgotten/);
    expect(output).to.match(/process warning, noticed during "troublesome adds listeners without end": MaxListenersExceededWarning/);
    expect(output).to.match(/redis-server left running, started at .*troublesome-tests\.ts:\d+/);
    expect(output).to.match(/fault proxy on port \d+ left running/);
  });

  it('let everything else pass', async () => {
    const { failed } = await runMocha('test/support/fixtures/troublesome-tests.ts', '--grep', 'merely');

    expect(failed).to.equal(false);
  });
});

function runMocha(...args: readonly string[]): Promise<{ failed: boolean; output: string }> {
  const command = [
    require.resolve('mocha/bin/mocha.js'),
    '--no-config',
    '--require',
    'ts-node/register',
    '--require',
    './test/support/root-hooks.ts',
  ];
  return new Promise((resolve) => {
    execFile(process.execPath, [...command, ...args], (error, stdout, stderr) => {
      resolve({ failed: error !== null, output: stdout + stderr });
    });
  });
}
