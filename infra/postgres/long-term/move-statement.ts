import type { Checkpoint } from '../../../domain/checkpoint.ts'
import type { LongTermChanges } from '../../../domain/long-term/changes.ts'
import { BinaryArrayWriter } from '../binary-array-writer.ts'
import { quotedName } from '../quoted-name.ts'
import type { Parameter, Statement } from '../row-query.ts'
import { type Column, columnNames, sqlType, writeColumns } from './column.ts'
import { DEAD_LETTER_COLUMNS } from './dead-letter-rows.ts'
import { LINK_COLUMNS } from './link-rows.ts'
import { ALTERED_MEMORY_COLUMNS, MEMORY_COLUMNS } from './memory-rows.ts'
import { NAMESPACE_COLUMNS } from './namespace-rows.ts'
import { OUTCOME_COLUMNS } from './outcome-rows.ts'
import { ROW_BYTES, sealedBytes } from './row-bytes.ts'
import { SCOPE_COLUMNS, scopesOf } from './scope-rows.ts'

/** Parameters before the arrays: partition, five of `from`, four of `to`, and how many memories are altered. */
const SCALARS = 10

/** Where the arrays of each table begin. */
const FIRST = firstParameters(SCALARS + 1, {
  memories: MEMORY_COLUMNS.length,
  altered: ALTERED_MEMORY_COLUMNS.length,
  links: LINK_COLUMNS.length,
  namespaces: NAMESPACE_COLUMNS.length,
  outcomes: OUTCOME_COLUMNS.length,
  deadLetters: DEAD_LETTER_COLUMNS.length,
  scopes: SCOPE_COLUMNS.length,
})

/**
 * A whole batch as one statement, and so one transaction and one round trip: the checkpoint moves where the stored one
 * equals `from`, and only what it returns lets the other parts write. The row's lock is the fence: of two movers the
 * second waits for the first and then, looking at the row anew (read committed), finds it elsewhere and writes nothing.
 *
 * Memories behind `from` exist already and are altered; those beyond it cannot exist, so they are inserted without the
 * cost of `on conflict`. One that should exist and does not fails the cast to a number below, and with it everything.
 * Arrays are unnested in the select list: in `from`, each would be copied into a tuple store of its own.
 *
 * Returns one row when the checkpoint moved, and none when not.
 */
export function moveStatement(schema: string): Statement {
  const s = quotedName(schema)
  const text = `with moved as (
  update ${s}.checkpoints set generation = $6, last_offset = $7, last_command_id = $8, known_time = $9
  where partition = $1 and fold_version = $2 and generation = $3 and last_offset = $4
    and last_command_id is not distinct from $5::uuid
  returning partition
), memories as (
  ${insert(`${s}.memories`, MEMORY_COLUMNS, FIRST.memories)}
), altered as (
  update ${s}.memories set changed = u.changed, superseded_by = u.superseded_by, rehearsals = u.rehearsals,
    intervals = u.intervals, live = u.live, vectors = u.vectors, vector_models = u.vector_models,
    sealed = case when u.erased then null else memories.sealed end,
    content_hmac = case when u.erased then decode(repeat('00', 32), 'hex') else memories.content_hmac end
  from (select ${unnestAs(ALTERED_MEMORY_COLUMNS, FIRST.altered)} from moved) as u
  where memories.memory_id = u.memory_id
  returning 1
), links as (
  ${insert(`${s}.links`, LINK_COLUMNS, FIRST.links)}
  on conflict (source, rel, target, tenant, namespace) do update
    set intervals = excluded.intervals, changed = excluded.changed
), namespaces as (
  ${insert(`${s}.namespaces`, NAMESPACE_COLUMNS, FIRST.namespaces)}
  on conflict (tenant, namespace) do update
    set live = excluded.live, total = excluded.total, language = excluded.language, profile = excluded.profile,
      first_known_at = excluded.first_known_at, last_known_at = excluded.last_known_at
), outcomes as (
  ${insert(`${s}.outcomes`, OUTCOME_COLUMNS, FIRST.outcomes)}
), dead_letters as (
  ${insert(`${s}.dead_letters`, DEAD_LETTER_COLUMNS, FIRST.deadLetters)}
), scopes as (
  ${insert(`${s}.scopes`, SCOPE_COLUMNS, FIRST.scopes)}
  on conflict do nothing
), found as (
  select count(*) as rows from altered
)
select case when found.rows = $10::int then 1
  else ('only ' || found.rows || ' of ' || $10 || ' memories to change are there')::int end
from moved, found`
  return { name: `${schema}:move`, text }
}

/** Rows that a batch adds, one for each command and each memory; what else it changes is little beside them. */
export type AddedRows = Pick<LongTermChanges, 'memories' | 'outcomes'>

export const addedRows = (from: Checkpoint, { memories, outcomes }: LongTermChanges): AddedRows => ({
  memories: memories.filter(({ offset }) => offset > from.offset),
  outcomes,
})

/** `added`: of the rows that the batch adds those that this statement is to write. */
export function moveParameters(
  partition: number,
  from: Checkpoint,
  to: Checkpoint,
  changes: LongTermChanges,
  added: AddedRows,
): Parameter[] {
  const altered = changes.memories.filter(({ offset }) => offset <= from.offset)
  const writer = new BinaryArrayWriter(expectedBytes(changes, added))
  writeColumns(writer, MEMORY_COLUMNS, added.memories)
  writeColumns(writer, ALTERED_MEMORY_COLUMNS, altered)
  writeColumns(writer, LINK_COLUMNS, changes.links)
  writeColumns(writer, NAMESPACE_COLUMNS, changes.namespaces)
  writeColumns(writer, OUTCOME_COLUMNS, added.outcomes)
  writeColumns(writer, DEAD_LETTER_COLUMNS, changes.deadLetters)
  writeColumns(writer, SCOPE_COLUMNS, scopesOf(changes))
  return [
    partition,
    from.foldVersion,
    from.generation,
    from.offset,
    from.lastCommandId,
    to.generation,
    to.offset,
    to.lastCommandId,
    to.knownTime,
    altered.length,
    ...writer.finish(),
  ]
}

/** Roughly, and rather too much: a buffer that grows is copied. */
const expectedBytes = ({ memories, links, deadLetters }: LongTermChanges, added: AddedRows): number =>
  sealedBytes(added.memories) +
  deadLetters.reduce((sum, { value }) => sum + value.length, 0) +
  (memories.length + added.outcomes.length + links.length + 16) * ROW_BYTES

const insert = <Row>(table: string, columns: ReadonlyArray<Column<Row>>, first: number): string =>
  `insert into ${table} (${columnNames(columns)}) select ${unnestAs(columns, first)} from moved`

const unnestAs = <Row>(columns: ReadonlyArray<Column<Row>>, first: number): string =>
  columns.map((column, i) => `unnest($${first + i}::${sqlType(column)}[]) as ${column.name}`).join(', ')

function firstParameters<Name extends string>(first: number, counts: Record<Name, number>): Record<Name, number> {
  let next = first
  const result = { ...counts }
  for (const name of Object.keys(counts) as Name[]) {
    result[name] = next
    next += counts[name]
  }
  return result
}
