import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';

export type ServerKind = 'redis' | 'valkey';

const names = {
  redis: { server: 'redis-server', cli: 'redis-cli' },
  valkey: { server: 'valkey-server', cli: 'valkey-cli' },
  prometheus: { server: 'prometheus', cli: 'promtool' },
};
const browserNames = ['chromium', 'chromium-headless-shell', 'google-chrome', 'chrome'];

const provisioned = resolve(__dirname, '../../.cache/servers/bin');

/** Looks where scripts/provision-servers.sh looks, in the same order. */
export function serverBinaries(kind: keyof typeof names): { readonly server: string; readonly cli: string } {
  const given = process.env[`${kind.toUpperCase()}_SERVER`];
  const folders = [...foldersOfPath(), provisioned];
  return {
    server: given ? firstExecutable([given]) : firstExecutable(folders.map((folder) => join(folder, names[kind].server))),
    cli: firstExecutable([...(given ? [dirname(given)] : []), ...folders].map((folder) => join(folder, names[kind].cli))),
  };
}

/** A Chromium, or a Chrome, found in the same manner. */
export function browserBinary(): string {
  const given = process.env['CHROMIUM'];
  const candidates = [foldersOfPath(), [provisioned]].flatMap((some) =>
    browserNames.flatMap((name) => some.map((folder) => join(folder, name))),
  );
  return firstExecutable(given ? [given] : candidates);
}

function foldersOfPath(): readonly string[] {
  return (process.env['PATH'] ?? '').split(delimiter);
}

function firstExecutable(candidates: readonly string[]): string {
  const found = candidates.find(isExecutable);
  if (found === undefined) throw new Error(`${candidates.at(-1) ?? 'The server'} is missing: run scripts/provision-servers.sh`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
