/** Imports point inwards: nest → adapters → domain → ports. */
module.exports = {
  forbidden: [
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
