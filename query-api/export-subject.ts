import type { Identity } from '../domain/identity.ts'
import { formatInstant } from '../domain/instant.ts'
import type { JsonObject } from '../domain/json.ts'
import { type Interval, type LinkRow, type MemoryRow, standing } from '../domain/memory.ts'
import type { Scope } from '../domain/names.ts'
import { ProblemError } from '../domain/problem.ts'
import { storeAnswers } from './guarded-reader.ts'
import { readableScope } from './namespace-access.ts'
import { openMemories } from './open-memories.ts'
import type { Reach } from './ports/reach.ts'
import type { ExportedMemory, ExportRequest } from './subjects-api.ts'
import type { SubjectsContext } from './subjects-context.ts'

/** Rows that are in memory at once. */
const PAGE = 200
const CATCH_UP_MS = 2_000

interface Holding {
  readonly scope: Scope
  readonly keyIds: readonly string[]
}

export async function exportSubject(
  context: SubjectsContext,
  identity: Identity,
  request: ExportRequest,
  reach?: Reach,
): Promise<AsyncIterable<ExportedMemory>> {
  await context.caughtUp(CATCH_UP_MS)
  const holdings: Holding[] = []
  for (const scope of await scopesOf(context, identity, request.namespace)) {
    const keyIds = await storeAnswers(() => context.keyIds.keyIdsOf(scope, request.subject))
    if (keyIds.length > 0) holdings.push({ scope, keyIds })
  }
  if (request.namespace === null && reach !== undefined) await refuseUnlessReached(holdings, reach)
  if (holdings.length > 0) return memoriesOf(context, holdings)
  const detail = 'Nothing was ever stored here under that subject.'
  throw new ProblemError({ code: 'subject_not_found', detail, field: 'subject' })
}

/** The refusal names no namespace: what they hold is what is denied. */
async function refuseUnlessReached(holdings: readonly Holding[], reach: Reach): Promise<void> {
  for (const { scope } of holdings) {
    if (await reach(scope.namespace)) continue
    throw new ProblemError({
      code: 'forbidden',
      detail:
        'The policy does not let this credential export from every namespace that holds something of the subject.',
      field: 'namespace',
      expected: 'a namespace in which the policy lets it export',
    })
  }
}

async function scopesOf(context: SubjectsContext, identity: Identity, named: string | null): Promise<readonly Scope[]> {
  if (named !== null) return [readableScope(identity, named)]
  const { tenant } = identity
  return (await context.reader.namespaces(tenant)).map(({ namespace }) => ({ tenant, namespace }))
}

async function* memoriesOf(context: SubjectsContext, holdings: readonly Holding[]): AsyncIterable<ExportedMemory> {
  for (const { scope, keyIds } of holdings) {
    const inMind = new Set((await context.workingMemory.state(scope))?.items.map(({ memoryId }) => memoryId))
    for (const keyId of keyIds) {
      for (let after = -1; ; ) {
        const rows = await storeAnswers(() => context.rows.underKey(scope, keyId, after, PAGE))
        yield* exportedPage(context, scope, rows, inMind)
        const last = rows.at(-1)
        if (last === undefined || rows.length < PAGE) break
        after = last.offset
      }
    }
  }
}

async function* exportedPage(
  context: SubjectsContext,
  scope: Scope,
  rows: readonly MemoryRow[],
  inMind: ReadonlySet<string>,
): AsyncIterable<ExportedMemory> {
  const memories = await openMemories(context, rows)
  const links = await context.reader.links(scope, [...memories.keys()])
  for (const row of rows) {
    const memory = memories.get(row.memoryId)
    if (memory === undefined) continue
    yield {
      memory,
      links: links.filter(({ from, to }) => from === row.memoryId || to === row.memoryId).map(linkJson),
      known: row.intervals.map(intervalJson),
      inWorkingMemory: inMind.has(row.memoryId),
    }
  }
}

const linkJson = ({ from, rel, to, intervals }: LinkRow): JsonObject => ({
  from,
  rel,
  to,
  standing: standing(intervals) !== null,
})

const instantOrNull = (instant: number | null): string | null => (instant === null ? null : formatInstant(instant))

const intervalJson = ({ knownFrom, knownTo, validTo }: Interval): JsonObject => ({
  known_from: formatInstant(knownFrom),
  known_to: instantOrNull(knownTo),
  valid_to: instantOrNull(validTo),
})
