import { readFileSync } from 'node:fs';

/** What the package is published as. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string }).version;
}
