import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { allImportFiles, importFiles, SamePathError } from '../../../../infra/cli/import/import-files.ts'

function tree(t: ExecutionContext, paths: readonly string[]): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'import-')))
  t.teardown(() => rmSync(root, { recursive: true, force: true }))
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), 'text')
  }
  return root
}

async function found(...paths: readonly string[]): Promise<readonly string[]> {
  const files: string[] = []
  for await (const { path, format } of importFiles(paths)) files.push(`${path} ${format}`)
  return files
}

test('a folder is walked in order, and only what can be imported is taken', async (t) => {
  const root = tree(t, ['b.txt', 'a/z.MD', 'a/b.jsonl', 'c.ndjson', 'image.png', 'code.ts'])
  t.deepEqual(await found(root), ['a/b.jsonl json-lines', 'a/z.MD markdown', 'b.txt text', 'c.ndjson json-lines'])
})

test('hidden entries and installed packages are passed over', async (t) => {
  const root = tree(t, ['.git/x.md', '.x.md', 'node_modules/p/r.md', 'a.md'])
  t.deepEqual(await found(root), ['a.md markdown'])
})

test('a node_modules folder that is named is walked, with what is nested in it', async (t) => {
  const root = tree(t, ['node_modules/p/r.md', 'node_modules/p/node_modules/q/r.md'])
  t.deepEqual(await found(join(root, 'node_modules')), ['p/node_modules/q/r.md markdown', 'p/r.md markdown'])
})

test('a file that is named is read whatever it is called', async (t) => {
  const root = tree(t, ['LICENSE', '.notes.md'])
  t.deepEqual(await found(join(root, 'LICENSE'), join(root, '.notes.md')), ['LICENSE text', '.notes.md markdown'])
})

test('links inside a folder are not followed, so a circle ends', async (t) => {
  const root = tree(t, ['a/x.md'])
  symlinkSync(root, join(root, 'a', 'loop'))
  t.deepEqual(await found(root), ['a/x.md markdown'])
})

test('a path that is not there is an error that names it', async (t) => {
  const root = tree(t, ['a.md'])
  await t.throwsAsync(found(join(root, 'nowhere')), { message: /nowhere/ })
})

test('two folders with a file of one relative path are refused together, by name', async (t) => {
  const root = tree(t, ['notes/guide/a.md', 'work/guide/a.md', 'work/b.md'])
  const together = () => allImportFiles([join(root, 'notes'), join(root, 'work')])
  await t.throwsAsync(together, {
    instanceOf: SamePathError,
    message: /notes\/guide\/a\.md and .*work\/guide\/a\.md would both be the episode guide\/a\.md: name the folder/,
  })
  const above = await allImportFiles([root])
  t.deepEqual(
    above.map(({ path }) => path),
    ['notes/guide/a.md', 'work/b.md', 'work/guide/a.md'],
  )
})

test('a file that is named twice is imported once', async (t) => {
  const root = tree(t, ['a.md', 'b.md'])
  const files = await allImportFiles([root, join(root, 'a.md')])
  t.deepEqual(
    files.map(({ path }) => path),
    ['a.md', 'b.md'],
  )
})
