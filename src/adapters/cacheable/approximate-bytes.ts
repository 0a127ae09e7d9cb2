/** Values looked at inside one value; what is beyond is not counted, so that the price is bounded. */
const visitLimit = 200;

/** What V8 takes on a 64-bit machine, more or less. */
const stringBytes = 24;
const objectBytes = 32;
const fieldBytes = 8;

/** A rough size in memory, for a sample. Text counts one byte a character. */
export function approximateBytes(value: unknown): number {
  const waiting = [value];
  let bytes = 0;
  for (let visited = 0; visited < visitLimit && waiting.length > 0; visited++) {
    const current = waiting.pop();
    if (typeof current === 'string') bytes += stringBytes + current.length;
    if (typeof current === 'object' && current !== null) bytes += objectBytes + collectParts(current, waiting);
  }
  return bytes;
}

/** Answers what the object takes besides its parts. */
function collectParts(object: object, waiting: unknown[]): number {
  if (ArrayBuffer.isView(object)) return object.byteLength;
  let fields = 0;
  for (const part of partsOf(object)) {
    if (fields === visitLimit) break;
    waiting.push(part);
    fields++;
  }
  return fields * fieldBytes;
}

function partsOf(object: object): Iterable<unknown> {
  return Array.isArray(object) || object instanceof Map || object instanceof Set ? object : Object.values(object);
}
