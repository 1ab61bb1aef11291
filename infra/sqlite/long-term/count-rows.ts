import type { DatabaseSync } from 'node:sqlite'
import type { LongTermCounts } from '../../long-term/long-term-counts.ts'

/** Counts every row: reads the smallest index of each table whole. */
export function countRows(database: DatabaseSync): LongTermCounts {
  const row = database
    .prepare(
      `select
         (select count(*) from memories) as memories,
         (select count(*) from links) as links,
         (select count(*) from namespaces) as namespaces,
         (select count(*) from outcomes) as outcomes,
         (select count(*) from dead_letters) as dead_letters`,
    )
    .get()
  return {
    memories: Number(row?.memories),
    links: Number(row?.links),
    namespaces: Number(row?.namespaces),
    outcomes: Number(row?.outcomes),
    deadLetters: Number(row?.dead_letters),
  }
}
