import { transformSync } from '@swc/core';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CodeBlock {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** The heading of the section. */
  readonly section: string;
  /** The file that the first line names, as in `// src/main.ts`: the block is a part of a project. */
  readonly file: string | undefined;
}

export const pages = ['README.md', ...readdirSync('docs').map((name) => join('docs', name))].filter((name) => name.endsWith('.md'));

export function codeBlocksOf(page: string): CodeBlock[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map((match) => {
    const [, language = '', code = ''] = match;
    const before = text.slice(0, match.index);
    return {
      page,
      line: before.split('\n').length,
      language,
      code,
      section: [...before.matchAll(/^## (.+)$/gm)].at(-1)?.[1] ?? '',
      file: /^\/\/ (\S+\.(?:ts|mjs))$/m.exec(code.split('\n', 1)[0] ?? '')?.[1],
    };
  });
}

/** Compiled as a new Nest application does it. */
export function toJavaScript(code: string, type: 'es6' | 'commonjs'): string {
  return transformSync(code, {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
    module: { type },
  }).code;
}
