import type { Identity } from '../domain/identity.ts'
import type { OutcomeRow } from '../domain/outcome.ts'
import { ProblemError } from '../domain/problem.ts'
import { awaitHeads } from './fresh-read.ts'
import { reaches } from './namespace-access.ts'
import type { Reach } from './ports/reach.ts'
import { positionText } from './position-text.ts'
import type { CommandSummary } from './query-api.ts'
import type { QueryContext } from './query-context.ts'

/** What became of a command: its first outcome. Not known before it is folded. */
export async function readCommand(
  context: QueryContext,
  identity: Identity,
  commandId: string,
  reach?: Reach,
): Promise<CommandSummary> {
  const row = await freshOutcome(context, identity.tenant, commandId)
  if (row === null || !(await reaches(identity, reach, row.namespace))) throw commandNotFound(commandId)
  return {
    commandId: row.commandId,
    type: row.commandType,
    memoryId: row.memoryId,
    status: row.outcome.status,
    reason: row.outcome.status === 'refused' ? row.outcome.reason : null,
    position: positionText(row.partition, row.offset, context.progress),
    knownAt: row.knownAt,
  }
}

/** An outcome never changes, so only one that is not there yet is worth waiting for. */
async function freshOutcome(context: QueryContext, tenant: string, commandId: string): Promise<OutcomeRow | null> {
  const row = await context.reader.outcome(tenant, commandId)
  if (row !== null || context.defaultAfter !== 'latest') return row
  await awaitHeads(context)
  return context.reader.outcome(tenant, commandId)
}

const commandNotFound = (commandId: string): ProblemError =>
  new ProblemError({
    code: 'command_not_found',
    detail: `Nothing is known of a command ${commandId}.`,
    field: 'id',
  })
