import { createHash } from 'node:crypto';

/** A program that the server runs as one atomic step. */
export class Script {
  /** By which the server knows a script that it has run before. */
  readonly sha1: string;

  constructor(readonly text: string) {
    this.sha1 = sha1(text);
  }
}

export function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
