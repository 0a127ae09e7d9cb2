import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeBinary, type NodeVersion } from './node-versions';
import { npmInstall } from './npm-install';
import { repository } from './repository';
import { run } from './run';
import { tarball } from './tarball';
import { temporaryFolder } from './temporary-folder';

/** A project outside of the repository: a fixture with the packed library and the other packages of its package.json. */
export class Consumer {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param fixture - a folder of test/consumers/fixtures */
  static async install(fixture: string): Promise<Consumer> {
    const { path } = await tarball();
    const folder = await temporaryFolder(fixture);
    await cp(join(repository, 'test/consumers/fixtures', fixture), folder, { recursive: true });
    await npmInstall(folder, path);
    return new Consumer(folder);
  }

  /** With the project's own compiler. */
  async compile(config = 'tsconfig.json'): Promise<void> {
    await run(process.execPath, ['node_modules/typescript/bin/tsc', '--project', config], this.#folder);
  }

  /** Runs a script below the project's folder. */
  async run(node: NodeVersion, script: string, ...args: readonly string[]): Promise<string> {
    return run(await nodeBinary(node), [script, ...args], this.#folder);
  }
}
