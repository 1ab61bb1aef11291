import type { Command } from '../command.ts'
import type { Outcome } from '../outcome.ts'
import { sameBytes } from '../same-bytes.ts'
import type { LongTermChanges, LongTermState } from './changes.ts'
import { Draft } from './draft.ts'
import { foldEmbed } from './fold-embed.ts'
import type { FoldEntry } from './fold-entry.ts'
import { foldAttest, foldErase } from './fold-erase.ts'
import { foldForget, foldRestore } from './fold-forget.ts'
import { foldLink, foldUnlink } from './fold-link.ts'
import { foldConfigure, foldReinforce } from './fold-namespace.ts'
import { foldRemember } from './fold-remember.ts'

/**
 * Version of what this fold makes of a log. A change in any outcome or row is another version, whose state is folded
 * again from offset 0.
 */
export const LONG_TERM_FOLD_VERSION = 3

/**
 * Folds a batch of one partition over the state it needs. Pure, and independent of how the log is cut into batches:
 * folding a, then b over the result, gives what folding a ‖ b gives. It never refuses to go on: what a command comes to
 * is its outcome.
 */
export function foldLongTerm(state: LongTermState, entries: readonly FoldEntry[]): LongTermChanges {
  const draft = new Draft(state)
  for (const entry of entries) {
    const { command } = entry
    const outcome = decide(draft, entry)
    draft.putOutcome({
      ...entry.scope,
      partition: entry.partition,
      offset: entry.offset,
      commandId: command.commandId,
      commandType: command.type,
      memoryId: outcome.status === 'repeated' ? outcome.memoryId : memoryIdOf(command),
      requestHmac: command.requestHmac,
      knownAt: entry.knownAt,
      outcome,
    })
  }
  return draft.changes()
}

/** The fold has the last word on repetition: the edge only looks a command up when it can. */
function decide(draft: Draft, entry: FoldEntry): Outcome {
  const first = draft.outcome(entry.scope, entry.command.commandId)
  if (first === undefined) return apply(draft, entry)
  return { status: sameBytes(first.requestHmac, entry.command.requestHmac) ? 'duplicate' : 'conflict' }
}

function apply(draft: Draft, entry: FoldEntry): Outcome {
  const { command } = entry
  switch (command.type) {
    case 'Remember':
      return foldRemember(draft, entry, command)
    case 'Forget':
      return foldForget(draft, entry, command)
    case 'Restore':
      return foldRestore(draft, entry, command)
    case 'Link':
      return foldLink(draft, entry, command)
    case 'Unlink':
      return foldUnlink(draft, entry, command)
    case 'Reinforce':
      return foldReinforce(draft, entry, command)
    case 'Embed':
      return foldEmbed(draft, entry, command)
    case 'ConfigureNamespace':
      return foldConfigure(draft, entry, command)
    case 'Erase':
      return foldErase(draft, entry, command)
    case 'Attest':
      return foldAttest(draft, entry, command)
  }
}

/** The memory that a command is about, when it is about one. */
function memoryIdOf(command: Command): string | null {
  switch (command.type) {
    case 'Remember':
    case 'Reinforce':
    case 'Embed':
      return command.memoryId
    case 'Link':
    case 'Unlink':
      return command.from
    case 'Forget':
    case 'Restore':
      return command.memoryIds.length === 1 ? command.memoryIds[0]! : null
    default:
      return null
  }
}
