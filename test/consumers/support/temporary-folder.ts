import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

/** Gone when the run ends, also when it is cut short. */
export async function temporaryFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `tiercel-${name}-`));
  folders.push(folder);
  return folder;
}

process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
// A process that a signal ends does not come to its exit listeners.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
