/** Takes from a text the meaning that it would have in the pattern of a SCAN. */
export function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}
