import { expect } from 'chai';
import { execFileSync } from 'node:child_process';

function loadedBy(entry: string): string {
  const script = `require('${entry}'); console.log(Object.keys(require.cache).join('\\n'))`;
  return execFileSync(process.execPath, ['-r', 'ts-node/register', '-r', 'reflect-metadata', '-e', script], { encoding: 'utf8' });
}

describe('Terminus, an optional peer', () => {
  it('is loaded with the health indicator', () => {
    expect(loadedBy('./src/nest/terminus')).to.contain('/node_modules/@nestjs/terminus/');
  });

  it('is not loaded with the Nest module', () => {
    expect(loadedBy('./src/nest')).not.to.contain('/node_modules/@nestjs/terminus/');
  });
});
