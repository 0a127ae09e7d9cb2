/** From top to bottom: a folder may import only from folders further down. */
const domainFolders = ['reading', 'writing', 'stats', 'bus', 'l1', 'l2', 'events', 'consistency', 'entry', 'options', 'shared'];
const nestFolders = ['compat', 'dashboard', 'metrics', 'terminus', 'module', 'http', 'decorators', 'methods', 'shared'];

function downwards(parent, folders) {
  return folders.slice(1).map((folder, index) => ({
    name: `${parent.split('/').pop()}-${folder}-imports-downwards`,
    severity: 'error',
    from: { path: `^${parent}/${folder}/` },
    to: { path: `^${parent}/(${folders.slice(0, index + 1).join('|')})/` },
  }));
}

/** Imports point inwards: nest → adapters → domain → ports. */
module.exports = {
  forbidden: [
    ...downwards('src/domain', domainFolders),
    ...downwards('src/nest', nestFolders),
    {
      name: 'ports-know-nothing',
      severity: 'error',
      from: { path: '^src/ports/' },
      to: { pathNot: '^src/ports/' },
    },
    {
      name: 'domain-knows-ports-alone',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/(domain|ports)/' },
    },
    {
      name: 'adapters-do-not-know-nest',
      severity: 'error',
      from: { path: '^src/adapters/' },
      to: { path: '^(src/(nest|testing|create-cache|index)|node_modules/@nestjs/)' },
    },
    {
      name: 'only-nest-imports-nest',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/nest/' },
      to: { path: 'node_modules/(@nestjs|rxjs|reflect-metadata)/' },
    },
    {
      name: 'only-composition-roots-construct-adapters',
      severity: 'error',
      from: { path: '^src/nest/' },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'testing-knows-ports-and-domain',
      severity: 'error',
      from: { path: '^src/testing/' },
      to: { pathNot: '^(src/(testing|domain|ports)/|node:)', dependencyTypesNot: ['core'] },
    },
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    {
      name: 'nothing-undeclared',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer', 'type-only'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
