// Compiles TypeScript for child processes as `ts-node/register` does for the tests themselves, and keeps the results in .cache/typescript: a test that starts
// fifty processes compiles src once. ts-node also loads the TypeScript compiler, which takes longer than all of src.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const folder = resolve(__dirname, '../../.cache/typescript');
const { version } = require('@swc/core/package.json');

/** Those of tsconfig.json. */
const options = {
  swcrc: false,
  sourceMaps: 'inline',
  module: { type: 'commonjs', strictMode: true, ignoreDynamic: true },
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
  },
};

mkdirSync(folder, { recursive: true });
process.setSourceMapsEnabled(true);

require.extensions['.ts'] = (module, filename) => module._compile(compiled(filename), filename);

function compiled(filename) {
  const source = readFileSync(filename, 'utf8');
  const key = createHash('sha1')
    .update(`${version}\n${JSON.stringify(options)}\n${filename}\n${source}`)
    .digest('hex');
  const path = join(folder, `${key}.js`);
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return keep(path, require('@swc/core').transformSync(source, { ...options, filename }).code);
  }
}

/** Other processes may write the same file. */
function keep(path, code) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, code);
  renameSync(draft, path);
  return code;
}
