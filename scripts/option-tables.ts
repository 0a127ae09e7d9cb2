import { resolve } from 'node:path';
import ts from 'typescript';
import { decoratorFiles, levels, lifeTable, type OptionsTable, tables } from './documented-types';
import { cell, code, plain, withHeadings } from './page-text';

/** The tables of docs/options.md, made of the types and their JSDoc. */

const root = resolve(__dirname, '..');

/** Characters of the last column, unless the first sentence is longer. */
const longestMeaning = 240;

const durations = /\b(Duration|Ttl|TtlOption)\b/;

/** One documented option. */
export interface DocumentedOption {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly unit: string | undefined;
  /** `undefined` if the JSDoc has none. */
  readonly defaultValue: string | undefined;
  readonly meaning: string;
  readonly levels: readonly string[];
  readonly isRequired: boolean;
}

/** Reads the sources. Takes some seconds: make one, and use it for all tables. */
export class OptionsReader {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;

  constructor() {
    const { config } = ts.readConfigFile(resolve(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as { config: object };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    const targets = tables.flatMap(({ target }) => target?.[1] ?? []);
    const files = [...tables.map(({ file }) => file), ...targets, ...levels.map(([, file]) => file), ...decoratorFiles];
    this.#program = ts.createProgram(
      [...new Set(files)].map((file) => resolve(root, file)),
      options,
    );
    this.#checker = this.#program.getTypeChecker();
  }

  options(): readonly DocumentedOption[] {
    return tables.flatMap((table) => this.#optionsOf(table));
  }

  /** The page, from the first table on. */
  page(): string {
    const options = this.options();
    const sections = tables.map((table) => {
      const rows = options.filter((option) => option.table === table.title);
      return [table.intro, this.#targetOf(table), tableOf(rows, table === lifeTable)].filter((part) => part !== undefined).join('\n\n');
    });
    const titles = tables.map(({ title }) => title);
    const at = titles.findLastIndex((title) => title.startsWith('Decorators: ')) + 1;
    return withHeadings([
      ...titles.slice(0, at).map((title, index) => [title, String(sections[index])] as const),
      ['Decorators: For handlers and controllers', this.#decorators()],
      ...titles.slice(at).map((title, index) => [title, String(sections[at + index])] as const),
    ]);
  }

  #targetOf({ target }: OptionsTable): string | undefined {
    if (target === undefined) return undefined;
    const [name, file, type] = target;
    const symbol = this.#checker.getTypeAtLocation(this.#declarationOf(file, type)).aliasSymbol;
    return `\`${name}\`: ${ts.displayPartsToString(symbol?.getDocumentationComment(this.#checker)).replace(/\s+/g, ' ')}`;
  }

  #optionsOf({ file, nested = {}, title, type, without }: OptionsTable): DocumentedOption[] {
    const elsewhere = without === undefined ? [] : this.#propertiesOf(...this.#placeOf(without));
    const inherited = new Set(elsewhere.flatMap(({ declarations = [] }) => declarations));
    const own = this.#propertiesOf(file, type).filter(({ declarations = [] }) => !declarations.some((one) => inherited.has(one)));
    return own
      .filter((property) => !this.#isDeprecated(property))
      .flatMap((property) => {
        const inner = nested[property.name];
        if (inner === undefined) return [this.#documented(title, property)];
        const options = this.#propertiesOf(...this.#placeOf(inner));
        const whole = this.#tagOf(property, 'defaultValue') === undefined ? [] : [this.#documented(title, property)];
        return [...whole, ...options.map((option) => this.#documented(title, option, `${property.name}.`))];
      });
  }

  #placeOf(type: string): [file: string, type: string] {
    const places: Readonly<Record<string, string>> = {
      LifeOptions: 'src/domain/options/options.ts',
      WrapOptions: 'src/domain/options/call-options.ts',
      PrimaryOptions: 'src/domain/options/options.ts',
      DeadlineOptions: 'src/domain/options/options.ts',
      BreakerOptions: 'src/domain/options/options.ts',
      HttpCachingOptions: 'src/nest/http/http-defaults.ts',
    };
    return [String(places[type]), type];
  }

  #propertiesOf(file: string, type: string): readonly ts.Symbol[] {
    return this.#checker.getPropertiesOfType(this.#checker.getTypeAtLocation(this.#declarationOf(file, type)));
  }

  #declarationOf(file: string, type: string): ts.Statement {
    const source = this.#program.getSourceFile(resolve(root, file));
    const declared = source?.statements.find(
      (one) => (ts.isInterfaceDeclaration(one) || ts.isTypeAliasDeclaration(one)) && one.name.text === type,
    );
    if (declared === undefined) throw new Error(`${file} declares no ${type}`);
    return declared;
  }

  #documented(table: string, property: ts.Symbol, prefix = ''): DocumentedOption {
    const type = this.#typeOf(property);
    return {
      table,
      name: prefix + property.name,
      type,
      unit: durations.test(type) ? 'duration' : this.#tagOf(property, 'unit'),
      defaultValue: this.#tagOf(property, 'defaultValue'),
      meaning: beginningOf(ts.displayPartsToString(property.getDocumentationComment(this.#checker))),
      levels: levels
        .filter(([, file, name]) => this.#propertiesOf(file, name).some((one) => one.name === property.name))
        .map(([level]) => level),
      isRequired: (property.flags & ts.SymbolFlags.Optional) === 0,
    };
  }

  #typeOf(property: ts.Symbol): string {
    const declaration = property.declarations?.[0];
    const written = declaration !== undefined && ts.isPropertySignature(declaration) ? declaration.type?.getText() : undefined;
    if (written !== undefined && !/\w\[/.test(written.replace(/\w+\[\]/g, ''))) return written.replace(/\s+/g, ' ');
    return this.#checker.typeToString(this.#checker.getNonNullableType(this.#checker.getTypeOfSymbol(property)));
  }

  #isDeprecated(property: ts.Symbol): boolean {
    return property.getJsDocTags(this.#checker).some(({ name }) => name === 'deprecated');
  }

  #tagOf(property: ts.Symbol, tag: string): string | undefined {
    const found = property.getJsDocTags(this.#checker).find(({ name }) => name === tag);
    return found && ts.displayPartsToString(found.text).replace(/\s+/g, ' ');
  }

  #decorators(): string {
    const rows = decoratorFiles.flatMap((file) => this.#exportedDecorators(file)).sort((a, b) => (a.name < b.name ? -1 : 1));
    const lines = rows.map(({ name, symbol }) => {
      const meaning = beginningOf(ts.displayPartsToString(symbol.getDocumentationComment(this.#checker)));
      return `| \`@${name}\` | ${code(this.#parametersOf(symbol))} | ${this.#tagOf(symbol, 'defaultValue') ?? ''} | ${meaning} |`;
    });
    return ['| Decorator | Arguments | Without it | Meaning |', '| --- | --- | --- | --- |', ...lines].join('\n');
  }

  #exportedDecorators(file: string): { readonly name: string; readonly symbol: ts.Symbol }[] {
    const source = this.#program.getSourceFile(resolve(root, file));
    const module = source && this.#checker.getSymbolAtLocation(source);
    const exported = module === undefined ? [] : this.#checker.getExportsOfModule(module);
    return exported
      .filter((symbol) => /^[A-Z]/.test(symbol.name) && (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Variable)) !== 0)
      .map((symbol) => ({ name: symbol.name, symbol }));
  }

  #parametersOf(symbol: ts.Symbol): string {
    const [signature] = this.#checker.getTypeOfSymbol(symbol).getCallSignatures();
    const declaration = signature?.getDeclaration();
    return (declaration?.parameters ?? [])
      .map((one) => `${one.dotDotDotToken === undefined ? '' : '...'}${one.name.getText()}: ${one.type?.getText() ?? ''}`)
      .join(', ');
  }
}

function tableOf(options: readonly DocumentedOption[], withLevels: boolean): string {
  const head = ['Option', 'Type', 'Unit', 'Default', ...(withLevels ? ['Level'] : []), 'Meaning'];
  const rows = options.map((option) => [
    `\`${option.name}\``,
    code(option.type),
    option.unit ?? '',
    option.isRequired ? 'required' : (option.defaultValue ?? ''),
    ...(withLevels ? [option.levels.length === levels.length ? 'all' : option.levels.join(', ')] : []),
    option.meaning,
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The first sentence, and those after it as long as they fit. */
function beginningOf(text: string): string {
  const sentences = plain(text).split(/(?<=\.)\s+(?=[A-Z`'(])/);
  const [first = '', ...rest] = sentences;
  let beginning = first;
  for (const sentence of rest) {
    if (beginning.length + sentence.length > longestMeaning) break;
    beginning += ` ${sentence}`;
  }
  return cell(beginning);
}
