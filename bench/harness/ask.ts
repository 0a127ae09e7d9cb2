import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer } from './answer';

const folder = join(__dirname, '..');

/** Each question has a separate process: its own heap and compiled code. */
export async function ask(question: string): Promise<Answer> {
  const child = fork(join(folder, `${question}.ts`), { execArgv: ['--expose-gc', '--require', 'ts-node/register'] });
  let answer: Answer | undefined;
  child.on('message', (message) => {
    answer = message as Answer;
  });
  await once(child, 'exit');
  if (answer === undefined) throw new Error(`${question} ended without an answer`);
  return answer;
}
