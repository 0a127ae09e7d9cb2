import { run } from './run';

/** Installs what the folder's package.json says, and these packages on top. */
export async function npmInstall(folder: string, ...packages: readonly string[]): Promise<void> {
  await run('npm', ['install', '--prefix', folder, '--prefer-offline', '--no-audit', '--no-fund', ...packages], folder);
}
