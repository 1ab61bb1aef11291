import { randomBytes } from 'node:crypto'
import type { NewRecord } from '../../../commands/ports/log-writer.ts'
import { PARTITIONS } from '../../../domain/partition.ts'
import { createStore } from '../data-dir/create-store.ts'
import { recordAppender } from './append-records.ts'
import { logSchema } from './log-schema.ts'
import { packRecords } from './pack-records.ts'

/** Makes the record at offset 0 of a partition: a `Genesis` that opens `generation` (16 hex digits). */
export type MakeGenesis = (partition: number, generation: string) => NewRecord

/** Makes a log whose partitions hold one `Genesis` each, all of one new generation. */
export function createLog(file: string, makeGenesis: MakeGenesis): void {
  const generation = randomBytes(8).toString('hex')
  const records = Array.from({ length: PARTITIONS }, (_, partition) => makeGenesis(partition, generation))
  createStore(file, logSchema, (database) => {
    recordAppender(database).append(packRecords(records))
    const open = database.prepare('insert into generations (partition, first_offset, generation) values (?, 0, ?)')
    for (const { partition } of records) open.run(partition, generation)
  })
}
