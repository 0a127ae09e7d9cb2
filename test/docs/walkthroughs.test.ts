import { expect } from 'chai';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { freePort } from '../support/free-port';
import { serverBinaries } from '../support/server-binaries';
import { TestServer } from '../support/servers';
import { codeBlocksOf, pages, toJavaScript, type CodeBlock } from './code-blocks';

const run = promisify(execFile);

/** The blocks of one section that together make a project: its files, and the commands with what they print. */
interface Walkthrough {
  readonly title: string;
  readonly blocks: readonly CodeBlock[];
}

function walkthroughsOf(page: string): Walkthrough[] {
  const blocks = codeBlocksOf(page);
  const sections = [...new Set(blocks.filter(({ file }) => file !== undefined).map(({ section }) => section))];
  return sections.map((section) => ({ title: `${page}, ${section}`, blocks: blocks.filter((block) => block.section === section) }));
}

describe('the walkthroughs in the documentation', function () {
  this.timeout(60_000);
  let server: TestServer;
  let folder: string;

  beforeEach(async () => {
    server = await TestServer.start('redis');
    mkdirSync('.cache', { recursive: true });
    folder = mkdtempSync(join('.cache', 'walkthrough-'));
  });

  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await server.stop();
  });

  const walkthroughs = pages.flatMap(walkthroughsOf);

  it('are found', () => {
    expect(walkthroughs.map(({ title }) => title)).to.include.members([
      'docs/getting-started.md, Plain Node.js',
      'docs/getting-started.md, Nest 12',
    ]);
  });

  for (const { title, blocks } of walkthroughs) {
    it(`${title}: the commands print what the page shows`, async () => {
      await follow(blocks, 'es6');
    });
  }

  it('docs/getting-started.md, Nest 11: the files of Nest 12, with the two changes that the page names', async () => {
    const blocks = walkthroughs.find(({ title }) => title.endsWith('Nest 12'))?.blocks ?? [];

    await follow(
      blocks.map((block) => ({ ...block, code: toNest11(block.code) })),
      'commonjs',
    );
  });

  async function follow(blocks: readonly CodeBlock[], type: 'es6' | 'commonjs'): Promise<void> {
    const port = await freePort();
    prepare(blocks, type, port);
    const isApplication = blocks.some(({ file }) => file === 'src/main.ts');
    const application = isApplication ? await startApplication(type, port) : undefined;
    try {
      for (const { code } of blocks.filter(({ language }) => language === 'console')) await repeat(code, port);
    } finally {
      await application?.stop();
    }
    for (const { code } of blocks.filter(({ language }) => language === 'log')) expectLines(application?.output() ?? '', code);
  }

  function prepare(blocks: readonly CodeBlock[], type: 'es6' | 'commonjs', port: number): void {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(resolve('.'), join(folder, 'node_modules/tiercel'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: type === 'es6' ? 'module' : 'commonjs' }));
    const cli = join(folder, 'redis-cli');
    // As on a terminal, where replies are numbered.
    writeFileSync(cli, `#!/bin/sh\nexec '${serverBinaries('redis').cli}' --no-raw -p ${server.port} "$@"\n`);
    chmodSync(cli, 0o755);
    for (const { code, file } of blocks) {
      if (file === undefined) continue;
      const path = join(folder, file.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(path), { recursive: true });
      const text = code.replaceAll('redis://localhost:6379', server.url).replaceAll('3000', String(port));
      writeFileSync(path, file.endsWith('.ts') ? toJavaScript(text, type) : text);
    }
  }

  async function startApplication(type: 'es6' | 'commonjs', port: number): Promise<{ output: () => string; stop: () => Promise<void> }> {
    const hooks = type === 'commonjs' ? ['-r', 'ts-node/register', '-r', './test/nest-11/register.ts'] : [];
    const child = spawn(process.execPath, [...hooks, join(folder, 'src/main.js')], { stdio: ['ignore', 'pipe', 'pipe'] });
    const exit = once(child, 'exit');
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += stripVTControlCharacters(chunk.toString())));
    child.stderr.on('data', (chunk: Buffer) => (output += stripVTControlCharacters(chunk.toString())));
    const stop = async (): Promise<void> => {
      child.kill('SIGTERM');
      await exit;
    };
    await untilItListens(child, port, () => output);
    return { output: () => output, stop };
  }

  /** Runs each command of a block, and compares what it prints with the lines below it. */
  async function repeat(block: string, port: number): Promise<void> {
    for (const part of block.split(/^\$ /m).slice(1)) {
      const [command = '', ...lines] = part.trimEnd().split('\n');
      const PATH = [resolve(folder), dirname(process.execPath), process.env['PATH']].join(':');
      const script = command.replace('curl', 'curl -s').replace('localhost:3000', `127.0.0.1:${port}`);
      const { stdout } = await run('sh', ['-c', script], { cwd: folder, env: { ...process.env, PATH } });
      expect(stdout.trimEnd().split('\n'), command).to.deep.equal(lines);
    }
  }
});

function toNest11(code: string): string {
  return code.replace(/from '(\.\/.+)\.js'/g, "from '$1'").replace('await bootstrap();', 'void bootstrap();');
}

/** Each line is found as often as it is shown. */
function expectLines(output: string, shown: string): void {
  const lines = shown.trimEnd().split('\n');
  for (const line of new Set(lines)) {
    expect(output.split(line).length - 1, `${line}\n${output}`).to.equal(lines.filter((other) => other === line).length);
  }
}

async function untilItListens(child: ChildProcess, port: number, output: () => string): Promise<void> {
  while ((await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)) === undefined) {
    if (child.exitCode !== null) throw new Error(`the application ended before it listened:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
