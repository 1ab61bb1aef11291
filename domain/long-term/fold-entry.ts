import type { Command, Genesis } from '../command.ts'
import type { Scope } from '../names.ts'

/** A decoded record of the log, as a fold takes it. */
export interface FoldEntry {
  readonly scope: Scope
  readonly partition: number
  readonly offset: number
  readonly command: Exclude<Command, Genesis>
  /** Committed number of the schema that carried it. */
  readonly dataSchema: number
  /** max(`recordedAt`, known time of the record before it in its partition). */
  readonly knownAt: number
}
