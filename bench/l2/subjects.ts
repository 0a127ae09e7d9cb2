import { consume } from '../harness/consume';
import { documents } from '../harness/documents';
import type { Subject } from '../harness/race';
import { keys, mask } from '../harness/users';
import type { RemoteReader } from './remote-reader';

export async function fill(readers: readonly RemoteReader[]): Promise<void> {
  for (const reader of readers) await Promise.all(keys.map((key, index) => reader.write(key, documents[index]!)));
}

/** A number of callers, each of which reads the next key as soon as it has an answer. */
export function inFlight(count: number, { name, read }: RemoteReader): Subject {
  let next = 0;
  const caller = async (times: number): Promise<void> => {
    let sum = 0;
    for (let i = 0; i < times; i++) sum += (await read(keys[next++ & mask]!))!.id;
    consume(sum);
  };
  return {
    name,
    async run(times) {
      await Promise.all(Array.from({ length: count }, () => caller(Math.ceil(times / count))));
    },
  };
}
