import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const compared = [
  'bentocache',
  'cache-manager',
  'cacheable',
  'keyv',
  '@keyv/redis',
  '@keyv/valkey',
  '@redis/client',
  'ioredis',
  'lru-cache',
];
const used = ['opossum', '@nestjs/core'];

/** The facts that the numbers of a run depend on. */
export function environment(): Readonly<Record<string, string>> {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: `${processors.length} × ${processors[0]?.model ?? 'unknown'}`,
    tiercel: versionIn(root),
    ...Object.fromEntries([...compared, ...used].map((name) => [name, versionIn(join(root, 'node_modules', name))])),
  };
}

function versionIn(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}
