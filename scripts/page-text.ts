/** A title such as `Calls: set` is a section in a group. */
export function withHeadings(sections: readonly (readonly [title: string, text: string])[]): string {
  const lines: string[] = [];
  let last = '';
  for (const [title, text] of sections) {
    const [group = '', own] = title.split(': ');
    if (group !== last) lines.push(`## ${group}`);
    if (own !== undefined) lines.push(`### ${own}`);
    lines.push(text);
    last = group;
  }
  return lines.join('\n\n');
}

/** The text of a comment on one line. */
export function plain(text: string): string {
  return text
    .replace(/\{@link (?:Cache\.)?(\w+)\}/g, '`$1`')
    .replace(/^- /gm, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** For a table. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** For a table. */
export function code(text: string): string {
  return text === '' ? '' : `\`${cell(text)}\``;
}
