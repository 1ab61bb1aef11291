import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'

const root = fileURLToPath(new URL('../..', import.meta.url))

const pages = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
]

const link = /\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g
const codePath =
  /`((?:test|domain|commands|projections|query-api|schemas|infra|scripts|docs)\/[\w./-]+\.(?:ts|mjs|md|json|avsc))`/g

const targets = (page: string): readonly string[] => {
  const text = readFileSync(join(root, page), 'utf8')
  const links = [...text.matchAll(link)].map(([, target = '']) => join(dirname(page), target))
  return [...links, ...[...text.matchAll(codePath)].map(([, path = '']) => path)]
}

test('every link and every path that a page names is there', (t) => {
  t.true(pages.length >= 8)
  const gone = pages.flatMap((page) =>
    targets(page)
      .filter((target) => !existsSync(join(root, target)))
      .map((target) => `${page} → ${relative('.', target)}`),
  )
  t.deepEqual(gone, [])
})

const sources = ['commands', 'domain', 'infra', 'projections', 'query-api', 'schemas']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith('.ts'))

test('every page that a comment in the code names is there', (t) => {
  const gone = sources.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/(?<![\w/])docs\/[\w-]+(?:\/[\w-]+)*(?:\.md)?/g)]
      .map(([path]) => (path.endsWith('.md') ? path : `${path}.md`))
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${file} → ${path}`),
  )
  t.deepEqual(gone, [])
})

for (const page of ['docs/guarantees.md', 'docs/threat-model.md']) {
  test(`every test that ${page} names is there under its name`, (t) => {
    const named = readFileSync(join(root, page), 'utf8').matchAll(/`(test\/[^`]+)`: \*([^*]+)\*/g)
    const tests = [...named].map(([, path = '', title = '']) => ({ path, title }))
    t.true(tests.length >= 20)
    for (const { path, title } of tests) {
      t.true(readFileSync(join(root, path), 'utf8').includes(title), `${path} has no test "${title}"`)
    }
  })
}
