import { createRequire } from 'node:module';

import { expect } from 'chai';

import { requirePeer } from '../../../src/adapters/system/require-peer';
import { CacheError } from '../../../src/domain/cache-error';

const load = createRequire(__filename);

describe('requirePeer', () => {
  it('returns the loaded package', () => {
    const loaded = { usable: true };

    expect(requirePeer('present-peer', 'present()', () => loaded)).to.equal(loaded);
  });

  it('names the call, the package and how to install it', () => {
    const error = thrownBy(() => requirePeer('tiercel-absent-peer', 'absent()', () => load('tiercel-absent-peer') as unknown));

    expect(error).to.be.instanceOf(CacheError);
    expect(error).to.have.property('code', 'CACHE_DEPENDENCY_MISSING');
    expect(error).to.have.property(
      'message',
      'absent() needs the package "tiercel-absent-peer", which is not installed: npm install tiercel-absent-peer',
    );
    expect(error).to.have.nested.property('cause.code', 'MODULE_NOT_FOUND');
  });

  it('does not blame the package for a missing dependency of that package', () => {
    const error = thrownBy(() => requirePeer('tiercel-present-peer', 'present()', () => load('tiercel-absent-peer') as unknown));

    expect(error).to.have.property('code', 'MODULE_NOT_FOUND');
  });

  it('rethrows the error of a package that fails to load', () => {
    const broken = new Error('broken');

    const error = thrownBy(() =>
      requirePeer('broken-peer', 'broken()', () => {
        throw broken;
      }),
    );

    expect(error).to.equal(broken);
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
