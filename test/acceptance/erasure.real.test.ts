import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { Client } from 'pg'
import { filesHolding } from '../infra/erasure/search-files.ts'
import { testCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { get, post } from '../support/http-client.ts'
import { missingParts, realParts } from '../support/real-parts.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

/** The bound within which a subject is gone, with its receipt. */
const WITHIN_MS = 60_000

async function completed(query: ServerProcess, receiptId: unknown): Promise<Record<string, unknown>> {
  return eventually(async () => {
    const { body } = await get(`${query.url}/receipts/${receiptId}`)
    if (body.status !== 'complete') throw new Error(`still ${JSON.stringify(body)}`)
    return body.receipt as Record<string, unknown>
  }, WITHIN_MS)
}

/** Folders of the parts, when they run on this machine and their files can be read. */
async function folders(): Promise<readonly string[]> {
  const client = new Client(realParts.postgres)
  await client.connect()
  const { rows } = await client.query('show data_directory')
  await client.end()
  const stack = join(rows[0].data_directory, '..', '..')
  return ['postgres', 'redis', 'kafka'].map((part) => join(stack, part)).filter((folder) => existsSync(folder))
}

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`erasure in a cluster: ${missing}`, () => undefined)
} else {
  test('an erased subject is gone from every process and every file within a minute, and the receipt says so', async (t) => {
    t.timeout(300_000)
    const folder = temporaryFolder(t)
    const cluster = await testCluster(folder)
    t.teardown(() => cluster.remove())
    const projector = await cluster.start('projector')
    const [commands, otherCommands, query] = await Promise.all([
      cluster.start('commands'),
      cluster.start('commands'),
      cluster.start('query'),
    ])
    const canary = `canary-${cluster.prefix.replaceAll('.', '')}`
    const personal = { user_id: `${canary}-user`, run_id: `${canary}-run`, metadata: { note: `${canary}-meta` } }
    for (let i = 0; i < 10; i += 1) {
      const server = i % 2 === 0 ? commands : otherCommands
      t.is((await post(`${server.url}/remember`, { content: `${canary} says ${i}`, ...personal })).status, 202)
    }
    await post(`${commands.url}/remember`, { content: 'Somebody else keeps bees.', user_id: 'somebody-else' })
    const before = await post(`${query.url}/recall`, { query: `${canary} says`, after: 'latest', k: 20 })
    t.true(JSON.stringify(before.body).includes(`${canary} says 7`))

    const begun = performance.now()
    const erasure = await post(`${commands.url}/forget`, { mode: 'erase', user_id: `${canary}-user` })
    t.is(erasure.status, 202)
    // The other process still had the key in its cache: whatever it seals with it from here on comes to nothing.
    const late = await post(`${otherCommands.url}/remember`, { content: `${canary} too late`, ...personal })
    t.is(late.status, 202)
    const receipt = await completed(query, erasure.body.receipt_id)
    t.log(`complete after ${Math.round(performance.now() - begun)} ms`)
    t.is(receipt.memories, 10)

    const after = await post(`${query.url}/recall`, { query: `${canary} says`, after: 'latest', k: 20 })
    t.deepEqual(
      (after.body.results as Array<{ content: string }>).filter(({ content }) => content.includes('says')),
      [],
    )
    for (const at of await folders()) t.deepEqual(filesHolding(at, [canary]), [], at)
    for (const server of [projector, commands, otherCommands, query]) t.false(server.output().includes(canary))

    const files = [join(folder, 'receipt.json'), join(folder, 'key.json')]
    writeFileSync(files[0]!, JSON.stringify(receipt))
    writeFileSync(files[1]!, JSON.stringify((await get(`${query.url}/receipts/key`)).body))
    t.regex(
      spawnSync(process.execPath, ['scripts/verify-receipt.mjs', ...files], { encoding: 'utf8' }).stdout,
      /^valid/,
    )

    const exported = await fetch(`${query.url}/subjects/${canary}-user/export`)
    const lines = (await exported.text()).trim().split('\n')
    t.true(lines.filter((line) => line.includes('"type":"memory"')).every((line) => line.includes('too late')))
  })
}
