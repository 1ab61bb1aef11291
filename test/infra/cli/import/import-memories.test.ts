import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { type ImportFile, importFiles } from '../../../../infra/cli/import/import-files.ts'
import { type ImportProgress, importMemories } from '../../../../infra/cli/import/import-memories.ts'
import { createServerClient } from '../../../../infra/cli/server-client.ts'
import { rememberingAnswer, scriptedServer } from '../scripted-server.ts'

function folderWith(t: ExecutionContext, files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'import-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

async function importInto(url: string, folder: string) {
  const files: ImportFile[] = []
  for await (const file of importFiles([folder])) files.push(file)
  const steps: ImportProgress[] = []
  const troubles: string[] = []
  const waits: number[] = []
  const done = await importMemories({
    client: createServerClient({ url, token: null, timeoutMs: 5_000 }),
    namespace: 'notes',
    retry: { attempts: 5, sleep: async (ms) => void waits.push(ms), onWait: () => {} },
    files,
    shared: { user_id: 'u' },
    onProgress: (progress) => steps.push(progress),
    onTrouble: (from, reason) => troubles.push(`${from}: ${reason}`),
  })
  return { done, steps, troubles, waits }
}

const lines = (count: number) =>
  Array.from({ length: count }, (_, i) => JSON.stringify({ content: `line ${i}` })).join('\n')

test('everything is stored once and in order, and importing again adds nothing', async (t) => {
  const memory = rememberingAnswer()
  const server = await scriptedServer(t, memory.answer)
  const folder = folderWith(t, { 'a.md': '# A\n\nx\n\n# B\n\ny\n', 'b.jsonl': lines(2_500) })
  const first = await importInto(server.url, folder)
  t.like(first.done, { files: 2, memories: 2_502, added: 2_502, alreadyThere: 0, failed: 0 })
  const again = await importInto(server.url, folder)
  t.like(again.done, { memories: 2_502, added: 0, alreadyThere: 2_502 })
  t.is(memory.stored.length, 2_502)
  t.deepEqual(
    memory.stored.slice(2).map(({ content }) => content),
    Array.from({ length: 2_500 }, (_, i) => `line ${i}`),
  )
  t.like(memory.stored[0], { content: 'A\n\nx', user_id: 'u', run_id: 'a.md' })
})

test('no request holds more than a thousand items or a megabyte', async (t) => {
  const memory = rememberingAnswer()
  const server = await scriptedServer(t, memory.answer)
  const long = JSON.stringify({ content: 'x'.repeat(40_000) })
  const folder = folderWith(t, { 'a.jsonl': `${lines(1_500)}\n${Array(60).fill(long).join('\n')}` })
  await importInto(server.url, folder)
  t.is(memory.stored.length, 1_560)
  for (const { body } of server.asked) {
    t.true((body.items as readonly unknown[]).length <= 1_000)
    t.true(JSON.stringify(body).length <= 1_000_000)
  }
})

test('what is no memory is named with its file and line, and the rest is stored', async (t) => {
  const memory = rememberingAnswer()
  const server = await scriptedServer(t, memory.answer)
  const folder = folderWith(t, {
    'a.jsonl': '{"content":"x"}\nnot json\n\n{"content":"y"}\n',
    'b.txt': Buffer.from([0xff, 0xfe, 0x00]),
  })
  const { done, troubles } = await importInto(server.url, folder)
  t.deepEqual(troubles, ['a.jsonl:2: is not JSON', 'b.txt: is not text in UTF-8'])
  t.like(done, { added: 2, failed: 2, files: 2 })
})

test('a refused batch is sent again when the server says so', async (t) => {
  const memory = rememberingAnswer()
  const server = await scriptedServer(t, (asked, turn) =>
    turn === 0
      ? { status: 503, headers: { 'retry-after': '2' }, body: { code: 'overloaded', detail: 'full' } }
      : memory.answer(asked),
  )
  const { done, waits } = await importInto(server.url, folderWith(t, { 'a.jsonl': lines(3) }))
  t.deepEqual(waits, [2_000])
  t.like(done, { added: 3, failed: 0 })
})

test('only items whose outcome is open are sent again, under their keys', async (t) => {
  const memory = rememberingAnswer()
  const server = await scriptedServer(t, (asked, turn) => {
    if (turn > 0) return memory.answer(asked)
    const items = asked.body.items as readonly unknown[]
    const kept = memory.answer({ ...asked, body: { items: items.slice(0, 2) } as never }).body as never
    const open = { index: 2, error: { code: 'outcome_unknown', detail: 'no answer from the log' } }
    return { body: { results: [...(kept as { results: [] }).results, open] } as never }
  })
  const { done } = await importInto(server.url, folderWith(t, { 'a.jsonl': lines(3) }))
  t.like(done, { added: 3, alreadyThere: 0, failed: 0 })
  t.deepEqual(
    server.asked.map(({ body }) => (body.items as readonly unknown[]).length),
    [3, 1],
  )
})

test("an item that the server refuses is a trouble with the server's reason", async (t) => {
  const server = await scriptedServer(t, () => ({
    body: {
      results: [{ index: 0, error: { code: 'invalid_request', detail: 'too long', field: 'items[0].content' } }],
    },
  }))
  const { done, troubles } = await importInto(server.url, folderWith(t, { 'a.jsonl': lines(1) }))
  t.deepEqual(troubles, ['a.jsonl:1: too long; items[0].content'])
  t.like(done, { added: 0, failed: 1 })
})

test('progress never goes back and ends at the end', async (t) => {
  const server = await scriptedServer(t, rememberingAnswer().answer)
  const { done, steps } = await importInto(server.url, folderWith(t, { 'a.jsonl': lines(3_200), 'b.md': '# A\n\nx\n' }))
  t.true(steps.length >= 3)
  for (const [at, step] of steps.entries()) t.true(step.bytesDone >= (steps[at - 1]?.bytesDone ?? 0))
  t.true((steps.at(-1)?.bytesDone ?? 0) <= done.bytesTotal + 1)
  t.is(done.bytesDone, done.bytesTotal)
})
