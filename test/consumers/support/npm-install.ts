import { run } from './run';

/** Installs the packages of the folder's package.json, and these in addition. */
export async function npmInstall(folder: string, ...packages: readonly string[]): Promise<void> {
  await run('npm', ['install', '--prefix', folder, '--prefer-offline', '--no-audit', '--no-fund', ...packages], folder);
}
