import { PARTITIONS } from '../domain/partition.ts'
import { exportSubject } from './export-subject.ts'
import { guardedOpener } from './guarded-opener.ts'
import { guardedReader } from './guarded-reader.ts'
import { guardedWorkingMemory } from './guarded-working-memory.ts'
import type { Progress } from './ports/progress.ts'
import { readReceipt } from './read-receipt.ts'
import type { SubjectsApi } from './subjects-api.ts'
import type { SubjectsContext } from './subjects-context.ts'

/** Reads about data subjects, over their ports. */
export function createSubjectsApi(deps: Omit<SubjectsContext, 'caughtUp'>): SubjectsApi {
  const context: SubjectsContext = {
    ...deps,
    reader: guardedReader(deps.reader),
    opener: guardedOpener(deps.opener),
    workingMemory: guardedWorkingMemory(deps.workingMemory),
    caughtUp: (timeoutMs) => caughtUp(deps.progress, timeoutMs),
  }
  return {
    receipt: (identity, receiptId, reach) => readReceipt(context, identity, receiptId, reach),
    exportSubject: (identity, request, reach) => exportSubject(context, identity, request, reach),
  }
}

/** A log that does not say how far it reaches is not waited for: what is folded is answered. */
async function caughtUp(progress: Progress, timeoutMs: number): Promise<boolean> {
  const heads = Array.from({ length: PARTITIONS }, async (_, partition) => {
    const head = await progress.latestHead(partition)
    return progress.waitForFold(partition, head, timeoutMs)
  })
  return (await Promise.allSettled(heads)).every((folded) => folded.status === 'fulfilled' && folded.value)
}
