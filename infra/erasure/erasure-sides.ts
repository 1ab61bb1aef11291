import type { Appender } from '../../commands/appender.ts'
import type { FoldProgress } from '../../commands/ports/read-side.ts'
import type { LongTermReader } from '../../query-api/ports/long-term-reader.ts'
import type { Opener } from '../../query-api/ports/opener.ts'
import type { Progress } from '../../query-api/ports/progress.ts'
import type { WorkingMemory } from '../../query-api/ports/working-memory.ts'
import type { SubjectsApi } from '../../query-api/subjects-api.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'
import type { SubjectKeyring } from '../crypto/keyring.ts'
import type { EraseApi } from './start-erasure.ts'

/** What both sides of erasure stand on, in either way of running. */
export interface CommandSideParts {
  readonly dataDir: string
  readonly clock: () => number
  readonly keyring: SubjectKeyring
  readonly codec: CommandCodec
  readonly appender: Appender
  readonly progress: FoldProgress & Progress
  readonly reader: LongTermReader
  readonly opener: Opener
  readonly workingMemory: WorkingMemory
  readonly onFault: (fault: unknown) => void
}

/** A key that receipts are or were signed with, for whoever verifies one. */
export interface PublishedKey {
  readonly keyId: string
  readonly publicKeyPem: string
}

export interface PublishedKeys {
  receiptKey(): Promise<PublishedKey>
  /** Those that signed before it. */
  previousKeys(): Promise<readonly PublishedKey[]>
}

/** What the edge asks about data subjects. */
export interface ErasureSides {
  readonly eraser: EraseApi
  readonly subjects: SubjectsApi
  readonly keys: PublishedKeys
  close(): Promise<void>
}
