import { readFileSync } from 'node:fs';

/** The published version of the package. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string }).version;
}
