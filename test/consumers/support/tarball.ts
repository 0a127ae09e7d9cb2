import { join } from 'node:path';
import { repository } from './repository';
import { run } from './run';
import { temporaryFolder } from './temporary-folder';

/** The tarball of `npm publish`. */
export interface Tarball {
  readonly path: string;
  /** The paths of the files in it. */
  readonly files: readonly string[];
}

interface PackReport {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let packed: Promise<Tarball> | undefined;

/** Builds and packs the library once, however many ask. */
export function tarball(): Promise<Tarball> {
  packed ??= pack();
  return packed;
}

async function pack(): Promise<Tarball> {
  const folder = await temporaryFolder('tarball');
  await run('npm', ['run', '--silent', 'build'], repository);
  const printed = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], repository);
  const [report] = JSON.parse(printed) as readonly PackReport[];
  if (report === undefined) throw new Error('npm pack packed nothing');
  return { path: join(folder, report.filename), files: report.files.map((file) => file.path) };
}
