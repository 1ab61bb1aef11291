// Imports run down this list only (docs/architecture.md): main → infra → applications → schemas → domain.
const layers = [
  { name: 'domain', path: '^domain/', may: ['^domain/'] },
  { name: 'schemas', path: '^schemas/', may: ['^schemas/', '^domain/'] },
  { name: 'commands', path: '^commands/', may: ['^commands/', '^schemas/', '^domain/'] },
  { name: 'projections', path: '^projections/', may: ['^projections/', '^schemas/', '^domain/'] },
  { name: 'query-api', path: '^query-api/', may: ['^query-api/', '^schemas/', '^domain/'] },
  {
    name: 'infra',
    path: '^infra/',
    may: ['^infra/', '^commands/', '^projections/', '^query-api/', '^schemas/', '^domain/'],
  },
]

const pureCore = ['crypto', 'node:crypto', 'util', 'node:util', 'assert', 'node:assert']

export default {
  forbidden: [
    ...layers.map(({ name, path, may }) => ({
      name: `${name}-imports-down-only`,
      severity: 'error',
      from: { path },
      to: {
        path: '^(main\\.ts|domain/|schemas/|commands/|projections/|query-api/|infra/|scripts/|test/)',
        pathNot: may,
      },
    })),
    {
      name: 'no-circular',
      severity: 'error',
      from: { path: '.' },
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'domain-is-pure',
      comment: 'No clock, no random, no I/O: of Node only hashing and text decoding are pure functions of their input.',
      severity: 'error',
      from: { path: '^domain/' },
      to: { dependencyTypes: ['core'], pathNot: pureCore.map((name) => `^${name}$`) },
    },
    { name: 'nothing-imports-tests', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    {
      name: 'nothing-imports-main',
      severity: 'error',
      from: { pathNot: '^(test|scripts)/' },
      to: { path: '^main\\.ts$' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
