import { formatInstant } from '../../../domain/instant.ts'
import type { ExportedMemory } from '../../../query-api/subjects-api.ts'
import { memoryJson } from './memory-json.ts'

export interface ExportHead {
  readonly subject: string
  readonly namespace: string | null
  /** Milliseconds since 1970. */
  readonly exportedAt: number
}

const line = (value: object): string => `${JSON.stringify(value)}\n`

/** An export as JSON Lines. The last line says how many memories there were, so that a cut export is seen to be one. */
export async function* exportLines(head: ExportHead, memories: AsyncIterable<ExportedMemory>): AsyncIterable<string> {
  const { subject, namespace, exportedAt } = head
  yield line({ type: 'export', version: 1, subject, namespace, exported_at: formatInstant(exportedAt) })
  let count = 0
  for await (const { memory, links, known, inWorkingMemory } of memories) {
    count += 1
    yield line({ type: 'memory', ...memoryJson(memory), known, links, in_working_memory: inWorkingMemory })
  }
  yield line({ type: 'end', memories: count })
}
