import test from 'ava'
import { markdownItems, plainTextItems } from '../../../../infra/cli/import/document-items.ts'

const keys = (text: string, path = 'a.md') =>
  markdownItems({ path, text, bytes: text.length }).map(({ request }) => request.idempotency_key)

test('a section becomes a memory with its headings, its file as episode and no time of its own', (t) => {
  const [item] = markdownItems({ path: 'guide/a.md', text: '# Guide\n\n## Install\n\nrun it\n', bytes: 30 })
  const { idempotency_key: key, ...request } = item?.request ?? {}
  t.deepEqual(request, {
    content: 'Guide › Install\n\nrun it',
    run_id: 'guide/a.md',
    kind: 'semantic',
    metadata: { source: 'guide/a.md', heading: 'Install', section: 'Guide › Install' },
  })
  t.regex(String(key), /^import-[\w-]{43}$/)
  t.is(item?.from, 'guide/a.md › Guide › Install')
})

test('the same content in the same file has the same keys', (t) => {
  t.deepEqual(keys('# A\n\nx\n\n# B\n\ny\n'), keys('# A\n\nx\n\n# B\n\ny\n'))
})

test('a section put before the others leaves their keys alone', (t) => {
  const before = keys('# A\n\nx\n\n# B\n\ny\n')
  const after = keys('# New\n\nz\n\n# A\n\nx\n\n# B\n\ny\n')
  t.deepEqual(after.slice(1), before)
})

test('a changed section, another file and a repeated section have keys of their own', (t) => {
  t.notDeepEqual(keys('# A\n\nx\n'), keys('# A\n\nX\n'))
  t.notDeepEqual(keys('# A\n\nx\n'), keys('# A\n\nx\n', 'b.md'))
  t.is(new Set(keys('# A\n\nx\n\n# A\n\nx\n')).size, 2)
})

test('a long section becomes several memories under the same headings, none beyond what is stored at once', (t) => {
  const text = `# A\n\n${'A sentence of some words. '.repeat(3000)}\n`
  const items = markdownItems({ path: 'a.md', text, bytes: text.length })
  t.true(items.length > 30)
  for (const { request } of items) {
    t.true(String(request.content).startsWith('A\n\n'))
    t.true(String(request.content).length <= 2_000)
  }
  t.is(Math.round(items.reduce((sum, { bytes }) => sum + bytes, 0)), text.length)
})

test('plain text is stored by groups of paragraphs', (t) => {
  const items = plainTextItems({ path: 'a.txt', text: 'one\n\ntwo\n', bytes: 9 })
  t.deepEqual(
    items.map(({ request }) => [request.content, request.metadata]),
    [['one\n\ntwo', { source: 'a.txt' }]],
  )
})
