import { readFileSync, writeFileSync } from 'node:fs';

export interface GeneratedPart {
  read(): string;
  write(content: string): void;
}

/** The part of a page that is written from code: `UPDATE_DOCS=1` writes it, and a test compares it. */
export function generatedPart(path: string, source: string): GeneratedPart {
  const begin = `<!-- generated from ${source}: begin -->`;
  const end = '<!-- generated: end -->';
  const parts = (): readonly [string, string, string] => {
    const [before = '', rest = ''] = readFileSync(path, 'utf8').split(begin);
    const [content = '', after = ''] = rest.split(end);
    return [before, content.trim(), after];
  };
  return {
    read: () => parts()[1],
    write: (content) => {
      const [before, , after] = parts();
      writeFileSync(path, `${before}${begin}\n\n${content}\n\n${end}${after}`);
    },
  };
}
