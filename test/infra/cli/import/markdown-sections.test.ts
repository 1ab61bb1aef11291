import test from 'ava'
import { markdownSections } from '../../../../infra/cli/import/markdown-sections.ts'

const paths = (markdown: string) => markdownSections(markdown).map(({ headings }) => headings.join(' > '))

test('each section knows the headings above it', (t) => {
  const sections = markdownSections(
    'intro\n\n# Guide\n\nwelcome\n\n## Install\n\nrun it\n\n### Linux\n\napt\n\n## Use\n\ncall it\n',
  )
  t.deepEqual(sections, [
    { headings: [], blocks: ['intro'] },
    { headings: ['Guide'], blocks: ['welcome'] },
    { headings: ['Guide', 'Install'], blocks: ['run it'] },
    { headings: ['Guide', 'Install', 'Linux'], blocks: ['apt'] },
    { headings: ['Guide', 'Use'], blocks: ['call it'] },
  ])
})

test('a heading with nothing of its own is no section, but stands above what follows', (t) => {
  t.deepEqual(paths('# A\n\n## B\n\ntext\n'), ['A > B'])
})

test('what looks like a heading inside code or a quotation divides nothing', (t) => {
  const markdown = '# A\n\n```sh\n# comment\n```\n\n> # quoted\n'
  t.deepEqual(markdownSections(markdown), [{ headings: ['A'], blocks: ['```sh\n# comment\n```', '> # quoted'] }])
})

test('underlined headings and marked-up headings are read as their text', (t) => {
  t.deepEqual(paths('The `code` of *things*\n===\n\ntext\n'), ['The code of things'])
  t.deepEqual(paths('## [Link](https://a.example) &amp; <b>more</b> ##\n\ntext\n'), ['Link & <b>more</b>'])
})

test('a skipped level and a level that comes back keep the right parents', (t) => {
  t.deepEqual(paths('# A\n\n### C\n\nx\n\n## B\n\ny\n'), ['A > C', 'A > B'])
})

test('front matter is no heading', (t) => {
  t.deepEqual(markdownSections('---\ntitle: X\ntags: [a]\n---\n\n# A\n\ntext\n'), [
    { headings: ['A'], blocks: ['text'] },
  ])
})

test('an empty document has no sections', (t) => {
  t.deepEqual(markdownSections(''), [])
  t.deepEqual(markdownSections('# Only a title\n'), [])
})
