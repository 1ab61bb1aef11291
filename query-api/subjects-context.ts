import type { LongTermReader } from './ports/long-term-reader.ts'
import type { Opener } from './ports/opener.ts'
import type { Progress } from './ports/progress.ts'
import type { Receipts } from './ports/receipts.ts'
import type { SubjectKeyIds } from './ports/subject-key-ids.ts'
import type { SubjectRows } from './ports/subject-rows.ts'
import type { WorkingMemory } from './ports/working-memory.ts'

/** What reads about data subjects work with; reader, opener and working memory are guarded. */
export interface SubjectsContext {
  readonly reader: LongTermReader
  readonly opener: Opener
  readonly progress: Progress
  readonly workingMemory: WorkingMemory
  readonly receipts: Receipts
  readonly rows: SubjectRows
  readonly keyIds: SubjectKeyIds
  /** Waits until the log's present heads are folded; resolves to whether they are. */
  caughtUp(timeoutMs: number): Promise<boolean>
}
