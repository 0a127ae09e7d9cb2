import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version of a package as this process loads it. */
function versionOf(name: string): string {
  const root = require.resolve(name).replace(/(.*[\\/]@nestjs[\\/][^\\/]+).*/, '$1');
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

describe('The process of these suites', () => {
  for (const name of [
    'common',
    'core',
    'testing',
    'platform-express',
    'platform-fastify',
    'microservices',
    'websockets',
    'platform-ws',
    'terminus',
  ])
    it(`runs @nestjs/${name} 11`, () => {
      expect(versionOf(`@nestjs/${name}`)).to.match(/^11\./);
      expect(dirname(require.resolve(`@nestjs/${name}`))).to.include(join('test', 'nest-11'));
    });
});
