/** Values looked at inside one value; what is beyond is not counted, so that the price is bounded. */
const visitLimit = 200;

/** What V8 takes on a 64-bit machine, more or less. */
const stringBytes = 24;
const objectBytes = 32;
const fieldBytes = 8;
/** Of a number that is no small integer and stands in a field. */
const heapNumberBytes = 16;
const dateBytes = 96;

/** `JSON.parse` keeps shorter strings once, and so do literals. */
const longestShared = 10;

/** Whether V8 needs two bytes a character is looked for in so many of them. */
const sampledText = 1_000;

/**
 * A rough size in memory, for a sample.
 * @param seen - what was counted already, for another value of the same sample: what both hold is there once
 */
export function approximateBytes(value: unknown, seen = new Set<unknown>()): number {
  const waiting = [value];
  let bytes = 0;
  for (let visited = 0; visited < visitLimit && waiting.length > 0; visited++) {
    const current = waiting.pop();
    if (typeof current === 'string') bytes += textBytes(current, seen);
    if (typeof current === 'object' && current !== null && isNew(current, seen)) bytes += objectBytes + collectParts(current, waiting);
  }
  return bytes;
}

function textBytes(text: string, seen: Set<unknown>): number {
  if (text.length <= longestShared && !isNew(text, seen)) return 0;
  const isWide = /[\u0100-\uffff]/.test(text.slice(0, sampledText));
  return stringBytes + (isWide ? 2 : 1) * text.length;
}

function isNew(part: unknown, seen: Set<unknown>): boolean {
  const before = seen.size;
  return seen.add(part).size > before;
}

/** Answers what the object takes besides its parts. */
function collectParts(object: object, waiting: unknown[]): number {
  if (ArrayBuffer.isView(object)) return object.byteLength;
  if (object instanceof Date) return dateBytes - objectBytes;
  const isList = Array.isArray(object);
  let bytes = 0;
  let fields = 0;
  for (const part of partsOf(object)) {
    if (fields === visitLimit) break;
    waiting.push(part);
    fields++;
    // In a list numbers stand as they are.
    if (!isList && typeof part === 'number' && !isSmall(part)) bytes += heapNumberBytes;
  }
  return bytes + fields * fieldBytes;
}

function isSmall(number: number): boolean {
  return number === (number | 0);
}

function partsOf(object: object): Iterable<unknown> {
  return Array.isArray(object) || object instanceof Map || object instanceof Set ? object : Object.values(object);
}
