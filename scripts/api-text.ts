import { resolve } from 'node:path';
import ts from 'typescript';
import { cell, code, plain, withHeadings } from './page-text';

/** The text of docs/api.md, made of the public types and their JSDoc. */

const root = resolve(__dirname, '..');

interface ApiSection {
  readonly title: string;
  /** An export of `src/index.ts`. */
  readonly type: string;
  readonly kind: 'methods' | 'properties' | 'words';
}

const sections: readonly ApiSection[] = [
  { title: 'The cache', type: 'Cache', kind: 'methods' },
  { title: 'In a loader', type: 'LoadContext', kind: 'methods' },
  { title: 'In a loader: load.stale', type: 'StaleValue', kind: 'properties' },
  { title: 'Results: getEntry, wrapEntry', type: 'CacheEntry', kind: 'properties' },
  { title: 'Results: health()', type: 'CacheHealth', kind: 'properties' },
  { title: 'Results: health().l2', type: 'TierHealth', kind: 'properties' },
  { title: 'Results: stats()', type: 'CacheStats', kind: 'properties' },
  { title: 'Results: stats().l2', type: 'Layer2Stats', kind: 'properties' },
  { title: 'Results: a duration of stats()', type: 'DurationStats', kind: 'properties' },
  { title: 'Results: explain(key)', type: 'KeyExplanation', kind: 'properties' },
  { title: 'Results: explain(key).l2', type: 'ExplainedEntry', kind: 'properties' },
  { title: 'Results: inspectKey(key)', type: 'KeyInspection', kind: 'properties' },
  { title: 'Results: inspector()', type: 'CacheInspector', kind: 'methods' },
  { title: 'Results: inspector().entry(key)', type: 'HeldEntry', kind: 'properties' },
  { title: 'Events of cache.on', type: 'CacheEvents', kind: 'properties' },
  { title: 'Error codes', type: 'CacheErrorCode', kind: 'words' },
];

interface Entry {
  readonly section: string;
  readonly name: string;
  readonly text: string;
  /** Without it the comment is incomplete. */
  readonly isDocumented: boolean;
}

/** Reads the sources. Takes some seconds. */
export class ApiReader {
  readonly #checker: ts.TypeChecker;
  readonly #exports: ReadonlyMap<string, ts.Symbol>;

  constructor() {
    const { config } = ts.readConfigFile(resolve(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as { config: object };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    const entry = resolve(root, 'src/index.ts');
    const program = ts.createProgram([entry], options);
    this.#checker = program.getTypeChecker();
    const source = program.getSourceFile(entry);
    const module = source && this.#checker.getSymbolAtLocation(source);
    const symbols = module === undefined ? [] : this.#checker.getExportsOfModule(module);
    this.#exports = new Map(symbols.map((symbol) => [symbol.name, this.#resolved(symbol)]));
  }

  entries(): readonly Entry[] {
    return sections.flatMap((section) => this.#entriesOf(section));
  }

  /** The page, from the first section on. */
  page(): string {
    return withHeadings(
      sections.map((section) => {
        const texts = this.#entriesOf(section).map(({ text }) => text);
        if (section.kind === 'methods') return [section.title, texts.join('\n\n')] as const;
        const head = section.kind === 'words' ? ['Code', 'Meaning'] : ['Field', 'Type', 'Meaning'];
        const rows = [head, head.map(() => '---')].map((cells) => `| ${cells.join(' | ')} |`);
        return [section.title, [...rows, ...texts].join('\n')] as const;
      }),
    );
  }

  #resolved(symbol: ts.Symbol): ts.Symbol {
    return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : this.#checker.getAliasedSymbol(symbol);
  }

  #entriesOf({ kind, title, type }: ApiSection): Entry[] {
    const symbol = this.#exports.get(type);
    if (symbol === undefined) throw new Error(`src/index.ts exports no ${type}`);
    if (kind === 'words') return wordsOf(symbol, title);
    const members = this.#checker.getPropertiesOfType(this.#checker.getDeclaredTypeOfSymbol(symbol)).filter((one) => this.#isPublic(one));
    return members.map((member) => this.#entryOf(member, title, kind));
  }

  #isPublic(symbol: ts.Symbol): boolean {
    const isInternal = symbol.getJsDocTags(this.#checker).some(({ name }) => name === 'internal');
    const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
    const isHidden = symbol.declarations?.some((one) => (ts.getCombinedModifierFlags(one) & hidden) !== 0) ?? false;
    return !isInternal && !isHidden && !(symbol.declarations?.some(hasPrivateName) ?? false);
  }

  #entryOf(member: ts.Symbol, section: string, kind: 'methods' | 'properties'): Entry {
    const meaning = plain(ts.displayPartsToString(member.getDocumentationComment(this.#checker)));
    const { name } = member;
    const text = kind === 'methods' ? this.#method(member, meaning) : `| \`${name}\` | ${code(this.#typeOf(member))} | ${cell(meaning)} |`;
    return { section, name, text, isDocumented: meaning !== '' };
  }

  #method(member: ts.Symbol, meaning: string): string {
    const signatures = this.#checker.getTypeOfSymbol(member).getCallSignatures();
    const heads = signatures.map((one) => `\`${member.name}${headOf(one.getDeclaration())}\``);
    const tags = member.getJsDocTags(this.#checker);
    const notes = tags.flatMap(({ name, text }) => {
      const value = plain(ts.displayPartsToString(text));
      if (name === 'returns') return [`**Returns** ${ended(value)}`];
      if (name === 'throws') return [`**Throws** ${ended(value)}`];
      if (name === 'example') return [`**Example:** \`${value}\``];
      return [];
    });
    const shown = heads.length > 0 ? heads : [`\`${member.name}: ${this.#typeOf(member)}\``];
    return [`### ${member.name}`, shown.join('<br>'), [meaning, ...notes].join(' ')].join('\n\n');
  }

  #typeOf(member: ts.Symbol): string {
    const [declaration] = member.declarations ?? [];
    const written = declaration !== undefined && ts.isPropertySignature(declaration) ? declaration.type?.getText() : undefined;
    const type = written ?? this.#checker.typeToString(this.#checker.getTypeOfSymbol(member));
    return type.replaceAll(/readonly (?=\w+:)/g, '').replace(/\s+/g, ' ');
  }
}

function hasPrivateName(declaration: ts.Declaration): boolean {
  const name = ts.getNameOfDeclaration(declaration);
  return name !== undefined && ts.isPrivateIdentifier(name);
}

function ended(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

/** As declared, with `options` for parameters that are taken apart. */
function headOf({ parameters, type, typeParameters }: ts.SignatureDeclaration): string {
  const generics = typeParameters === undefined ? '' : `<${typeParameters.map((one) => one.getText()).join(', ')}>`;
  const list = parameters.map((one) => {
    const name = ts.isIdentifier(one.name) ? one.name.text : 'options';
    const isOptional = one.questionToken !== undefined || one.initializer !== undefined;
    return `${one.dotDotDotToken === undefined ? '' : '...'}${name}${isOptional ? '?' : ''}: ${one.type?.getText() ?? 'unknown'}`;
  });
  return `${generics}(${list.join(', ')}): ${type?.getText() ?? 'void'}`;
}

/** The members of a union of words, with the comment before each. */
function wordsOf(symbol: ts.Symbol, section: string): Entry[] {
  const [declaration] = symbol.declarations ?? [];
  if (declaration === undefined || !ts.isTypeAliasDeclaration(declaration) || !ts.isUnionTypeNode(declaration.type)) return [];
  const text = declaration.getSourceFile().getFullText();
  return declaration.type.types.map((member) => {
    const before = text.slice(0, member.getStart()).replace(/\|\s*$/, '');
    const meaning = plain(/\/\*\* ([^*]*) \*\/\s*$/.exec(before)?.[1] ?? '');
    const name = member.getText().replaceAll("'", '');
    return { section, name, text: `| \`${name}\` | ${cell(meaning)} |`, isDocumented: meaning !== '' };
  });
}
