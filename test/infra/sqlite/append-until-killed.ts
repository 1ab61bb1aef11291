import { writeSync } from 'node:fs'
import type { NewRecord } from '../../../commands/ports/log-writer.ts'
import { newRecord } from '../../contract/log-adapter.ts'
import { openStores } from './temporary-stores.ts'

// Child process of kill.slow.test.ts: appends batch after batch, adds a key with each, and prints what was acknowledged.
const [folder, run] = process.argv.slice(2)
if (folder === undefined || run === undefined) throw new Error('usage: append-until-killed.ts <folder> <run>')

const stores = await openStores(folder)
for (let batch = 0; ; batch++) {
  const size = 1 + ((batch * 37) % 60)
  const records = Array.from({ length: size }, (_, i): NewRecord => recordOf(`${run}-${batch}-${i}`, (batch + i) % 12))
  const keyId = `${run.padStart(4, '0')}${batch.toString(16).padStart(28, '0')}`
  const entry = { keyId, slot: `${run}-${batch}`, generation: 1, wrapped: Buffer.from(keyId) }
  const [results] = await Promise.all([stores.logWriter.append(records), stores.keyStore.addKey(entry)])
  const lines = results.map((result, i) => {
    if (result.status !== 'appended') throw new Error(`batch ${batch} is ${result.status}`, { cause: result.cause })
    return `record ${records[i]!.partition} ${result.offset} ${String(records[i]!.value).split(' ')[0]}\n`
  })
  // Synchronous, so that what was printed was acknowledged and what was acknowledged is nearly always printed.
  writeSync(1, `${lines.join('')}key ${keyId}\n`)
}

/** Large enough that a batch spans many pages. */
function recordOf(id: string, partition: number): NewRecord {
  return newRecord(partition, `${id} ${'x'.repeat(700)}`)
}
