import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A self-signed certificate for localhost and 127.0.0.1, made by openssl. */
export class Certificate {
  private constructor(readonly folder: string) {}

  /** `undefined` where there is no openssl. */
  static make(): Certificate | undefined {
    const certificate = new Certificate(mkdtempSync(join(tmpdir(), 'tiercel-certificate-')));
    try {
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
      const files = ['-keyout', certificate.keyFile, '-out', certificate.file];
      execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject], { stdio: 'ignore' });
      return certificate;
    } catch {
      certificate.remove();
      return undefined;
    }
  }

  get file(): string {
    return join(this.folder, 'certificate.pem');
  }

  get keyFile(): string {
    return join(this.folder, 'key.pem');
  }

  get text(): string {
    return readFileSync(this.file, 'utf8');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
