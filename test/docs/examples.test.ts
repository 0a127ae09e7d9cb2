import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../support/free-port';
import { TestServer } from '../support/servers';
import { type CodeBlock, codeBlocksOf, pages, toJavaScript } from './code-blocks';

/** Complete scripts; the blocks that name a file belong together and have a test of their own. */
function examplesOf(page: string): CodeBlock[] {
  return codeBlocksOf(page).filter(({ file, language }) => language === 'ts' && file === undefined);
}

describe('the examples in the documentation', function () {
  this.timeout(30_000);
  let server: TestServer;
  let folder: string;

  before(async () => {
    server = await TestServer.start('redis');
    // Inside the repository, so that 'tiercel' is the package that was just built.
    mkdirSync('.cache', { recursive: true });
    folder = mkdtempSync(join('.cache', 'docs-'));
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await server.stop();
  });

  const start = (example: CodeBlock, port: number): { child: ChildProcess; output: () => string } => {
    const file = join(folder, `example-${example.line}.mjs`);
    const code = toJavaScript(example.code, 'es6')
      .replaceAll('redis://localhost:6379', server.url)
      .replaceAll('listen(3000)', `listen(${port})`);
    writeFileSync(file, code);
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return { child, output: () => output };
  };

  for (const example of pages.flatMap(examplesOf)) {
    const listens = example.code.includes('listen(3000)');

    it(`${example.page}:${example.line} ${listens ? 'answers a request' : 'runs to its end by itself'}`, async () => {
      const port = await freePort();
      const { child, output } = start(example, port);
      const exit = once(child, 'exit');
      if (listens) {
        const answer = await firstAnswer(`http://127.0.0.1:${port}${pathIn(example.code)}`, child).finally(() => child.kill('SIGTERM'));
        expect(answer.status).to.equal(200);
      }

      const [code, signal] = (await exit) as [number | null, string | null];

      expect(listens ? (signal ?? code) : code, output()).to.be.oneOf([0, 'SIGTERM']);
    });
  }

  it('are found', () => {
    expect(pages.flatMap(examplesOf)).to.have.length.above(2);
  });
});

/** The address in the comment after `listen`. */
function pathIn(code: string): string {
  return /localhost:3000(\/\S*)/.exec(code)?.[1] ?? '/users/1';
}

/** Asks until the application listens, or is gone. */
async function firstAnswer(url: string, child: ChildProcess): Promise<Response> {
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer !== undefined) return answer;
    if (child.exitCode !== null) throw new Error('the example ended before it listened');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
