import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of a package as this process loads it. */
function versionOf(name: string): string {
  const root = require.resolve(name).replace(/(.*[\\/]@opentelemetry[\\/][^\\/]+).*/, '$1');
  expect(root).to.include(join('test', 'otel-3'));
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

describe('The process of these suites', () => {
  for (const [name, version] of [
    ['api', /^1\.10\./],
    ['sdk-metrics', /^3\./],
    ['exporter-prometheus', /^0\.30\d\./],
  ] as const) {
    it(`runs @opentelemetry/${name} of the SDK 3`, () => {
      expect(versionOf(`@opentelemetry/${name}`)).to.match(version);
    });
  }
});
