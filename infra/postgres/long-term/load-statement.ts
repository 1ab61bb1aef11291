import type { KeyRow, LongTermNeeds, LongTermState } from '../../../domain/long-term/changes.ts'
import type { LinkRow, MemoryRow, NamespaceRow } from '../../../domain/memory.ts'
import { scopeKey } from '../../../domain/names.ts'
import type { OutcomeRow } from '../../../domain/outcome.ts'
import { hexArray, textArray, uuidArray } from '../binary-arrays.ts'
import { quotedName } from '../quoted-name.ts'
import type { Parameter, RawColumn, Statement } from '../row-query.ts'
import { LINK_SELECT, linkOf } from './link-rows.ts'
import { MEMORY_SELECT, memoryOf } from './memory-rows.ts'
import { NAMESPACE_SELECT, namespaceOf } from './namespace-rows.ts'
import { OUTCOME_SELECT, outcomeOf } from './outcome-rows.ts'

/**
 * All that a fold asks for in one round trip (but for what an erasure counts): rows of five tables as columns of text, told apart by the first. Of a
 * command id the first outcome of each scope is returned: repeats of it do not bear on what the next one comes to, and
 * one scope must not depend on how far another partition is folded.
 */
export function loadStatement(schema: string): Statement {
  const s = quotedName(schema)
  const text = `select 'memory', ${asText(MEMORY_SELECT)} from ${s}.memories where memory_id = any($1::uuid[])
union all
select 'outcome', ${asText(OUTCOME_SELECT)} from (
  select distinct on (command_id, tenant, namespace) * from ${s}.outcomes where command_id = any($2::uuid[])
  order by command_id, tenant, namespace, position
) as firsts
union all
select 'link', ${asText(LINK_SELECT)}
from unnest($3::text[], $4::text[], $5::uuid[], $6::text[], $7::uuid[]) as asked (tenant, namespace, source, rel, target)
join ${s}.links using (tenant, namespace, source, rel, target)
union all
select 'namespace', ${asText(NAMESPACE_SELECT)}
from unnest($8::text[], $9::text[]) as asked (tenant, namespace) join ${s}.namespaces using (tenant, namespace)
union all
select 'key', ${asText(KEY_SELECT)}
from unnest($10::bytea[], $11::text[], $12::text[]) as asked (key_id, tenant, namespace)
join ${s}.erased_keys using (key_id, tenant, namespace)
union all
select 'memory', ${asText(MEMORY_SELECT)} from ${s}.memories
where substring(content_hmac from 1 for 8) = any($13::bytea[]) and content_hmac = any($14::bytea[])`
  return { name: `${schema}:load`, text }
}

const KEY_SELECT = "encode(key_id, 'hex'), tenant, namespace"

const COLUMNS = MEMORY_SELECT.split(/,\s*(?![^(]*\))/).length

/** The columns as text, and nulls for as many as the widest table has more. */
function asText(select: string): string {
  const columns = select.split(/,\s*(?![^(]*\))/)
  return [...columns, ...Array<string>(COLUMNS - columns.length).fill('null')].map((c) => `${c}::text`).join(', ')
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function loadParameters(needs: LongTermNeeds): Parameter[] {
  // Links may name what is no id, which no row has.
  const links = needs.links.filter(({ from, to }) => UUID.test(from) && UUID.test(to))
  const keys = needs.keys?.used ?? []
  const contents = (needs.contents ?? []).map(({ contentHmac }) => Buffer.from(contentHmac).toString('hex'))
  return [
    uuidArray(needs.memoryIds),
    uuidArray(needs.commandIds),
    textArray(links.map(({ tenant }) => tenant)),
    textArray(links.map(({ namespace }) => namespace)),
    uuidArray(links.map(({ from }) => from)),
    textArray(links.map(({ rel }) => rel)),
    uuidArray(links.map(({ to }) => to)),
    textArray(needs.scopes.map(({ tenant }) => tenant)),
    textArray(needs.scopes.map(({ namespace }) => namespace)),
    hexArray(keys.map(({ keyId }) => keyId)),
    textArray(keys.map(({ tenant }) => tenant)),
    textArray(keys.map(({ namespace }) => namespace)),
    hexArray(contents.map((hmac) => hmac.slice(0, 16))),
    hexArray(contents),
  ]
}

/** The rows of {@link loadStatement}, in the order that they were asked for: a union has none. */
export function loadedState(needs: LongTermNeeds, rows: readonly RawColumn[][]): LongTermState {
  const memories = new Map<string, MemoryRow>()
  const outcomes = new Map<string, OutcomeRow[]>()
  const links: LinkRow[] = []
  const namespaces = new Map<string, NamespaceRow>()
  const keys: KeyRow[] = []
  for (const [table, ...columns] of rows) {
    if (table === 'memory') put(memories, memoryOf(columns), (row) => row.memoryId)
    else if (table === 'outcome') append(outcomes, outcomeOf(columns))
    else if (table === 'link') links.push(linkOf(columns))
    else if (table === 'key') keys.push(erasedKeyOf(columns))
    else put(namespaces, namespaceOf(columns), scopeKey)
  }
  return {
    memories: needs.contents === undefined ? inOrder(needs.memoryIds, memories) : [...memories.values()],
    outcomes: inOrder(needs.commandIds, outcomes).flat(),
    links,
    namespaces: inOrder(needs.scopes.map(scopeKey), namespaces),
    ...(needs.keys === undefined ? {} : { keys }),
  }
}

const erasedKeyOf = ([keyId, tenant, namespace]: readonly RawColumn[]): KeyRow => ({
  tenant: tenant ?? '',
  namespace: namespace ?? '',
  keyId: keyId ?? '',
  erased: true,
  memories: null,
})

const put = <Row>(rows: Map<string, Row>, row: Row, key: (row: Row) => string): void => void rows.set(key(row), row)

function append(outcomes: Map<string, OutcomeRow[]>, row: OutcomeRow): void {
  const ofCommand = outcomes.get(row.commandId) ?? []
  outcomes.set(
    row.commandId,
    [...ofCommand, row].toSorted((a, b) => a.partition - b.partition || a.offset - b.offset),
  )
}

const inOrder = <Row>(keys: readonly string[], rows: ReadonlyMap<string, Row>): Row[] =>
  [...new Set(keys)].flatMap((key) => rows.get(key) ?? [])
