import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { codeBlocksOf, pages, type CodeBlock } from './code-blocks';

/** Those of a new Nest application, and `strict` without exceptions. */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  types: ['node'],
  strict: true,
  strictPropertyInitialization: false,
  isolatedModules: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  skipLibCheck: true,
  noEmit: true,
};

describe('the types of the examples in the documentation', function () {
  this.timeout(120_000);
  let folder: string;

  before(() => {
    mkdirSync('.cache', { recursive: true });
    folder = mkdtempSync(join(resolve('.cache'), 'types-'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(resolve('.'), join(folder, 'node_modules/tiercel'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('are accepted by a strict compiler', () => {
    const blocks = pages.flatMap(codeBlocksOf).filter(({ language }) => language === 'ts');
    const files = blocks.map(write);
    const program = ts.createProgram(files, options);
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map((problem) => `${placeOf(problem)}: ${ts.flattenDiagnosticMessageText(problem.messageText, ' ')}`);

    expect(files).to.have.length.above(60);
    expect(problems).to.deep.equal([]);
  });

  function write({ code, file, line, page, section }: CodeBlock): string {
    const project = page.replace(/\W/g, '_');
    const path = join(folder, file === undefined ? `${project}-${line}.ts` : join(`${project}-${section.replace(/\W/g, '')}`, file));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
    return path;
  }
});

function placeOf({ file, start = 0 }: ts.Diagnostic): string {
  return file === undefined
    ? 'options'
    : `${file.fileName.replace(/.*types-\w+\//, '')}:${file.getLineAndCharacterOfPosition(start).line + 1}`;
}
