import type { InvalidationMessage } from '../../ports/invalidation-bus';

/** In bytes. A cache splits its messages, so a longer text was not sent by one. */
const longestText = 64 * 1024;

/** A message as it is published: the fields of the port, and no others. */
export function messageText({ version, node, sequence, namespace, keys, isRepair, tags }: InvalidationMessage): string {
  return JSON.stringify({ version, node, sequence, namespace, keys, isRepair, tags });
}

/** `undefined` for a text that is not a message. The text is untrusted: any client may publish on the channel. Its size is checked before it is parsed. */
export function parseMessage(text: string): InvalidationMessage | undefined {
  return Buffer.byteLength(text) > longestText ? undefined : messageOf(parsed(text));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Copies the known fields only. */
function messageOf(given: unknown): InvalidationMessage | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { version, node, sequence, namespace, keys, isRepair, tags } = given as { readonly [field in keyof InvalidationMessage]?: unknown };
  if (!isCount(version) || !isCount(sequence) || typeof node !== 'string' || typeof namespace !== 'string') return undefined;
  if (keys !== 'everything' && !isTexts(keys)) return undefined;
  const message: InvalidationMessage = { version, node, sequence, namespace, keys };
  if (tags === 'removed' || tags === 'expired') return { ...message, tags };
  return isRepair === true ? { ...message, isRepair } : message;
}

function isCount(given: unknown): given is number {
  return Number.isSafeInteger(given) && (given as number) > 0;
}

function isTexts(given: unknown): given is readonly string[] {
  return Array.isArray(given) && given.every((one) => typeof one === 'string');
}
