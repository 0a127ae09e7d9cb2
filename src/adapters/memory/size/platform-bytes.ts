import { textBytes } from './text-bytes';

const urlBytes = 240;

/** Headers keep a sorted copy once they were listed, as they are here. */
const pairsBytes = 440;

const pairBytes = 260;

/** The bytes of a `Blob` lie outside of the heap that JavaScript sees. */
const blobBytes = 512;

type Pairs = Iterable<[string, string | Blob]>;

/**
 * An object of a class of the web, with its content, which it keeps in private fields.
 * @returns 0 for an object of any other class
 */
export function platformBytes(object: object): number {
  const tag = (object as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  const isOfClass = typeof tag === 'string' && Object.hasOwn(bytesByClass, tag) && isInstance(object, tag);
  return isOfClass ? bytesByClass[tag as keyof typeof bytesByClass](object as never) : 0;
}

/** Asks for the class only if an object names it: Node.js loads some of them when they are first used. */
function isInstance(object: object, name: string): boolean {
  const type = (globalThis as Readonly<Record<string, unknown>>)[name];
  return typeof type === 'function' && object instanceof type;
}

const bytesByClass = {
  URL: ({ href, search }: URL) => urlBytes + textBytes(href) + (search === '' ? 0 : textBytes(search) + urlBytes),
  URLSearchParams: bytesOfPairs,
  Headers: bytesOfPairs,
  FormData: bytesOfPairs,
  Blob: bytesOfBlob,
  File: bytesOfBlob,
};

function bytesOfBlob({ size }: Blob): number {
  return blobBytes + size;
}

function bytesOfPairs(pairs: Pairs): number {
  let bytes = pairsBytes;
  for (const [name, value] of pairs) {
    bytes += pairBytes + textBytes(name) + (typeof value === 'string' ? textBytes(value) : bytesOfBlob(value));
  }
  return bytes;
}
