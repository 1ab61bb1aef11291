import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { benchmarkNames, parseBenchmarkCall } from '../../scripts/benchmarks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const documents = [
  ...['README.md', 'CONTRIBUTING.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
]

/** Each `npm run bench -- …` of a page, as the words behind it. */
const calls = documents.flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/npm run bench -- ([^`\n]+)/g)].map(([, words = '']) => ({
    page,
    words: words.trim().split(/\s+/),
  })),
)

test('each benchmark that a page names is there', (t) => {
  t.true(calls.length > 10)
  const known = benchmarkNames()
  for (const { page, words } of calls) {
    const { names } = parseBenchmarkCall(words)
    t.true(names.length > 0, page)
    for (const name of names) t.true(known.includes(name), `${page}: ${name}`)
  }
})

test('options of a benchmark begin at the first number or option', (t) => {
  t.deepEqual(parseBenchmarkCall([]), { names: [], options: [] })
  t.deepEqual(parseBenchmarkCall(['append', 'fold']), { names: ['append', 'fold'], options: [] })
  t.deepEqual(parseBenchmarkCall(['flood', '6', '6']), { names: ['flood'], options: ['6', '6'] })
  t.deepEqual(parseBenchmarkCall(['mixed-load', '--minutes', '1']), {
    names: ['mixed-load'],
    options: ['--minutes', '1'],
  })
})
