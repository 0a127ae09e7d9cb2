import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const bytes = 4;

/**
 * The database: how often each key was changed. It is a file, so that every process reads a write of the parent from that moment on,
 * and nothing in between can be late.
 */
export class Versions {
  readonly #file: number;

  private constructor(file: number) {
    this.#file = file;
  }

  /** @param keys - how many there are; all of them begin with version 0 */
  static create(path: string, keys: number): Versions {
    const file = openSync(path, 'w+');
    writeSync(file, Buffer.alloc(keys * bytes));
    return new Versions(file);
  }

  static open(path: string): Versions {
    return new Versions(openSync(path, 'r'));
  }

  of(key: number): number {
    const buffer = Buffer.alloc(bytes);
    readSync(this.#file, buffer, 0, bytes, key * bytes);
    return buffer.readUInt32LE();
  }

  /** Returns the new version. */
  change(key: number): number {
    const buffer = Buffer.alloc(bytes);
    const version = this.of(key) + 1;
    buffer.writeUInt32LE(version);
    writeSync(this.#file, buffer, 0, bytes, key * bytes);
    return version;
  }

  close(): void {
    closeSync(this.#file);
  }
}
