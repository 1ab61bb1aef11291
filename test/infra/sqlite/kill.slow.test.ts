import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import type { EmbeddedStores } from '../../../infra/sqlite/open-embedded-stores.ts'
import { textsFrom } from '../../contract/log-adapter.ts'
import { openStores, temporaryFolder } from './temporary-stores.ts'

// More of them cost nothing but time: SOMABRAIN_TEST_KILLS=200.
const KILLS = Number(process.env.SOMABRAIN_TEST_KILLS ?? 10)
const CHILD = fileURLToPath(new URL('./append-until-killed.ts', import.meta.url))

interface Acknowledged {
  /** partition/offset → id */
  readonly records: Map<string, string>
  readonly keyIds: Set<string>
}

function startChild(folder: string, run: number): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, folder, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Kills the child at a moment after its first acknowledgement and returns all that it printed. */
async function killAtRandom(child: ChildProcess): Promise<string> {
  const chunks: Buffer[] = []
  const first = new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      resolve()
    })
  })
  await Promise.race([first, once(child, 'exit')])
  // Any moment will do: the invariant holds at all of them, and each run tries others.
  await setTimeout(Math.random() * 60)
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  const [, signal] = await closed
  if (signal !== 'SIGKILL') throw new Error('the child ended by itself')
  return Buffer.concat(chunks).toString()
}

function note(printed: string, acknowledged: Acknowledged): void {
  const lines = printed.slice(0, printed.lastIndexOf('\n') + 1).split('\n')
  for (const line of lines) {
    const [kind, first = '', second = '', third = ''] = line.split(' ')
    if (kind === 'record') acknowledged.records.set(`${first}/${second}`, third)
    if (kind === 'key') acknowledged.keyIds.add(first)
  }
}

/** Every acknowledged record is at its offset, no id is there twice, and no batch is there in part. */
async function assertKept(t: ExecutionContext, stores: EmbeddedStores, acknowledged: Acknowledged): Promise<void> {
  const seen = new Map<string, string>()
  const batches = new Map<string, number>()
  for (let partition = 0; partition < 12; partition++) {
    const texts = await textsFrom(stores.logReader, partition, 1)
    t.is(await stores.logReader.end(partition), texts.length + 1)
    for (const [i, text] of texts.entries()) {
      const id = text.split(' ')[0]!
      t.false(seen.has(id), `${id} is there twice`)
      seen.set(id, `${partition}/${i + 1}`)
      const batch = id.slice(0, id.lastIndexOf('-'))
      batches.set(batch, (batches.get(batch) ?? 0) + 1)
    }
  }
  for (const [place, id] of acknowledged.records) t.is(seen.get(id), place)
  for (const [batch, count] of batches) t.is(count, 1 + ((Number(batch.split('-')[1]) * 37) % 60), `batch ${batch}`)
  for (const keyId of acknowledged.keyIds) {
    const entry = await stores.keyStore.key(keyId)
    t.is(Buffer.from(entry?.wrapped ?? []).toString(), keyId)
  }
}

test('what was acknowledged is there exactly once after any number of SIGKILLs', async (t) => {
  t.timeout(KILLS * 10_000)
  const folder = temporaryFolder(t)
  const acknowledged: Acknowledged = { records: new Map(), keyIds: new Set() }
  for (let run = 0; run < KILLS; run++) {
    const before = acknowledged.records.size
    note(await killAtRandom(startChild(folder, run)), acknowledged)
    t.true(acknowledged.records.size > before, `run ${run} acknowledged nothing`)
  }
  const stores = await openStores(folder)
  t.teardown(() => stores.close())
  await assertKept(t, stores, acknowledged)
  t.log(`${acknowledged.records.size} records and ${acknowledged.keyIds.size} keys over ${KILLS} kills`)
})
