import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A small tree under the house's own rules; answers with what the boundary check says of it. */
async function cruise(t: ExecutionContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'boundaries-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  await cp(join(root, 'dependency-cruiser.config.mjs'), join(folder, 'dependency-cruiser.config.mjs'))
  await writeFile(join(folder, 'package.json'), '{"type":"module","dependencies":{"fastify":"*"}}')
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const folders = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))]
  const cli = join(root, 'node_modules', '.bin', 'depcruise')
  return new Promise((resolve) => {
    execFile(
      cli,
      ['--config', 'dependency-cruiser.config.mjs', ...folders],
      { cwd: folder },
      (_error, stdout, stderr) => resolve(stdout + stderr),
    )
  })
}

const memory = 'export interface Memory { readonly id: string }\nexport const none = 0\n'

test('imports that run down the layers pass, types too', async (t) => {
  const said = await cruise(t, {
    'domain/memory.ts': memory,
    'commands/accept.ts': "import type { Memory } from '../domain/memory.ts'\nexport type Accept = Memory\n",
    'infra/log.ts': "import type { Accept } from '../commands/accept.ts'\nexport type Log = Accept\n",
  })
  t.regex(said, /no dependency violations found \(3 modules, 2 dependencies cruised\)/)
})

const forbidden: ReadonlyArray<readonly [string, string, Readonly<Record<string, string>>]> = [
  [
    'an application that imports an adapter',
    'commands-imports-down-only',
    {
      'infra/log.ts': 'export const log = 1\n',
      'commands/accept.ts': "import { log } from '../infra/log.ts'\nexport const a = log\n",
    },
  ],
  [
    'a type import up the layers',
    'domain-imports-down-only',
    {
      'commands/accept.ts': 'export interface Accept { readonly a: 1 }\n',
      'domain/memory.ts': "import type { Accept } from '../commands/accept.ts'\nexport type Memory = Accept\n",
    },
  ],
  [
    'one application that imports another',
    'query-api-imports-down-only',
    {
      'projections/fold.ts': 'export const fold = 1\n',
      'query-api/view.ts': "export { fold } from '../projections/fold.ts'\n",
    },
  ],
  [
    'input and output in the domain',
    'domain-is-pure',
    { 'domain/memory.ts': "import { readFileSync } from 'node:fs'\nexport const read = readFileSync\n" },
  ],
  [
    'a cycle',
    'no-circular',
    {
      'domain/a.ts': "import { b } from './b.ts'\nexport const a = () => b\n",
      'domain/b.ts': "import { a } from './a.ts'\nexport const b = () => a\n",
    },
  ],
  [
    'code that imports a test',
    'nothing-imports-tests',
    {
      'test/support/clock.ts': 'export const clock = 1\n',
      'infra/log.ts': "import { clock } from '../test/support/clock.ts'\nexport const log = clock\n",
    },
  ],
  ['an import of nothing', 'resolvable', { 'domain/a.ts': "import { b } from './nowhere.ts'\nexport const a = b\n" }],
]

for (const [what, rule, files] of forbidden) {
  test(`${what} is caught by ${rule}`, async (t) => {
    t.regex(await cruise(t, files), new RegExp(`error ${rule}: `))
  })
}
