import { execFile } from 'node:child_process';

/** Cold caches and slow networks included; a program that takes longer hangs. */
const timeout = 300_000;

/** Resolves with the output of the program, or rejects with it. */
export function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, timeout, maxBuffer: 2 ** 24 }, (error, stdout) => {
      if (error === null) resolve(stdout);
      // Its message has the standard error stream already.
      else reject(new Error(`${error.message}\n${stdout}`));
    });
  });
}
