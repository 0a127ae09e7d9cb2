import { resolve } from 'node:path';
import ts from 'typescript';
const root = resolve(__dirname, '..');
const { config } = ts.readConfigFile(resolve(root, 'tsconfig.json'), (p) => ts.sys.readFile(p)) as { config: object };
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram([resolve(root, 'src/index.ts'), resolve(root, 'src/nest/index.ts'), resolve(root, 'src/adapters/otel/index.ts')], options);
const checker = program.getTypeChecker();
const mod = checker.getSymbolAtLocation(program.getSourceFile(resolve(root, 'src/index.ts'))!)!;
for (const e of checker.getExportsOfModule(mod)) {
  const s = e.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(e) : e;
  const t = s.flags & ts.SymbolFlags.Type ? checker.getDeclaredTypeOfSymbol(s) : checker.getTypeOfSymbol(s);
  const doc = ts.displayPartsToString(s.getDocumentationComment(checker)).slice(0, 60).replace(/\n/g, ' ');
  const props = checker.getPropertiesOfType(t).filter((p) => p.declarations?.[0]?.getSourceFile().fileName.includes('/src/'));
  const missing = props.filter((p) => ts.displayPartsToString(p.getDocumentationComment(checker)) === '' && !p.getJsDocTags(checker).some((x) => x.name === 'internal'));
  console.log(s.name, '|', doc === '' ? 'NO DOC' : '', '| missing:', missing.map((p) => p.name).join(','));
}
