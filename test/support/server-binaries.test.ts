import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sinon from 'sinon';
import { browserBinary, serverBinaries } from './server-binaries';

describe('serverBinaries', () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  beforeEach(() => {
    environment = { ...process.env, VALKEY_SERVER: undefined };
    sinon.stub(process, 'env').value(environment);
    folder = mkdtempSync(join(tmpdir(), 'tiercel-binaries-'));
    for (const name of ['valkey-server', 'valkey-cli']) writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 });
  });

  afterEach(() => {
    sinon.restore();
    rmSync(folder, { recursive: true });
  });

  it('takes the binaries that the environment names, before those on the PATH', () => {
    environment['VALKEY_SERVER'] = join(folder, 'valkey-server');

    expect(serverBinaries('valkey')).to.deep.equal({ server: join(folder, 'valkey-server'), cli: join(folder, 'valkey-cli') });
  });

  it('takes the binaries on the PATH, before those that were provisioned', () => {
    environment['PATH'] = folder;

    expect(serverBinaries('valkey')).to.deep.equal({ server: join(folder, 'valkey-server'), cli: join(folder, 'valkey-cli') });
  });

  it('names the script that helps when there is none', () => {
    environment['VALKEY_SERVER'] = join(folder, 'nothing-here');

    expect(() => serverBinaries('valkey')).to.throw(/nothing-here is missing: run scripts\/provision-servers\.sh/);
  });
});

describe('browserBinary', () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tiercel-binaries-'));
    environment = { PATH: folder };
    sinon.stub(process, 'env').value(environment);
    for (const name of ['google-chrome', 'chromium', 'my browser']) writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 });
  });

  afterEach(() => {
    sinon.restore();
    rmSync(folder, { recursive: true });
  });

  it('takes the browser that the environment names, before those on the PATH', () => {
    environment['CHROMIUM'] = join(folder, 'my browser');

    expect(browserBinary()).to.equal(join(folder, 'my browser'));
  });

  it('takes a Chromium on the PATH, before a Chrome', () => {
    expect(browserBinary()).to.equal(join(folder, 'chromium'));
  });

  it('takes a Chrome on the PATH, before a Chromium that was provisioned', () => {
    rmSync(join(folder, 'chromium'));

    expect(browserBinary()).to.equal(join(folder, 'google-chrome'));
  });
});
