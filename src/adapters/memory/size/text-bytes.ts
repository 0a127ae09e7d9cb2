import { RecentFingerprints, fingerprint } from './recent-fingerprints';

const headerBytes = 16;

/** `JSON.parse` makes such a text once for all that are alike. */
const longestShared = 10;

/** Whether V8 needs two bytes a character is looked for in so many of them. */
const sampledText = 1_000;

/** In shorter ones a look would cost more than it tells. */
const unsampledText = 32;

/** Of the process, as the texts are that V8 shares. */
const recentTexts = new RecentFingerprints();

/** A short text that recurs counts half: from JSON it takes nothing again, from a database's driver as much as the first. */
export function textBytes(text: string): number {
  const { length } = text;
  if (length < 2) return 0;
  if (length <= longestShared) return flatTextBytes(length) / (recentTexts.add(fingerprint(text)) ? 2 : 1);
  return flatTextBytes(length > unsampledText && isWide(text) ? 2 * length : length);
}

/** V8 allocates by eights. */
export function flatTextBytes(contentBytes: number): number {
  return headerBytes + ((contentBytes + 7) & ~7);
}

function isWide(text: string): boolean {
  return /[\u0100-\uffff]/.test(text.length > sampledText ? text.slice(0, sampledText) : text);
}
