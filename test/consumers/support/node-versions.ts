import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { npmInstall } from './npm-install';
import { repository } from './repository';

/** The major versions that `engines` in package.json promises: those with long-term support, and the newest. */
export const nodeVersions = [20, 22, 24, 26] as const;

/** The oldest and the newest, for what takes long and differs little. */
export const outerNodeVersions = [20, 26] as const;

export type NodeVersion = (typeof nodeVersions)[number];

const folder = join(repository, '.cache/consumers');

/** The Node.js that runs the tests stands for its own version; the others come as npm packages, once. */
export async function nodeBinary(version: NodeVersion): Promise<string> {
  if (process.versions.node.startsWith(`${version}.`)) return process.execPath;
  const binary = join(folder, `node_modules/node-${version}/bin/node`);
  if (!existsSync(binary)) await fetchNode(version);
  return binary;
}

async function fetchNode(version: NodeVersion): Promise<void> {
  await mkdir(folder, { recursive: true });
  await npmInstall(folder, `node-${version}@npm:node@${version}`);
}
