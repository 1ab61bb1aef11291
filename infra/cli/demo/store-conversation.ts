import { keyedRequests } from '../import/import-item.ts'
import { type BatchTarget, type ItemOutcome, sendBatch } from '../import/send-batch.ts'
import { labelsNeeded, type Turn, withMemoryIds } from './read-conversation.ts'

export interface Stored {
  readonly added: number
  readonly alreadyThere: number
}

/** Cut where a turn refers to one that is not sent yet: its memory id comes with the answer. */
function cutAtReferences(turns: readonly Turn[]): readonly (readonly Turn[])[] {
  const parts: Turn[][] = [[]]
  let unsent = new Set<string>()
  for (const turn of turns) {
    if (labelsNeeded(turn).some((label) => unsent.has(label))) {
      parts.push([])
      unsent = new Set()
    }
    parts.at(-1)?.push(turn)
    if (turn.label !== null) unsent.add(turn.label)
  }
  return parts
}

function memoryIdOf(outcome: ItemOutcome | undefined, turn: Turn): string {
  if (outcome === undefined || outcome.status === 'failed') {
    throw new Error(`a turn was not stored: ${outcome?.reason ?? 'no answer'} (${JSON.stringify(turn.request)})`)
  }
  return outcome.memoryId
}

/** Stores the turns in order; keys make a second time add nothing. */
export async function storeConversation(target: BatchTarget, turns: readonly Turn[]): Promise<Stored> {
  const keyed = keyedRequests('demo/conversation')
  const ids = new Map<string, string>()
  let added = 0
  for (const part of cutAtReferences(turns)) {
    const requests = part.map((turn) => keyed(withMemoryIds(turn, ids)))
    const outcomes = await sendBatch(target, requests)
    for (const [index, turn] of part.entries()) {
      const id = memoryIdOf(outcomes[index], turn)
      if (turn.label !== null) ids.set(turn.label, id)
      if (outcomes[index]?.status === 'added') added++
    }
  }
  return { added, alreadyThere: turns.length - added }
}
