import { randomBytes } from 'node:crypto'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import { WORKING_MEMORY_VERSION } from '../../domain/working-memory/working-memory.ts'
import type { Revision } from '../../projections/ports/working-memory-store.ts'

/** A partition's checkpoint as Redis keeps it. Its text is the revision that moves compare. */
export interface StoredCheckpoint {
  readonly checkpoint: Checkpoint
  /** Drawn when the partition is begun: what namespaces of an earlier beginning hold counts no more. 16 hex digits. */
  readonly incarnation: string
  /** Drawn by each move. 16 hex digits. */
  readonly move: string
}

const FORMAT = 1
const ID_BYTES = 8
const NOTHING_FOLDED: Checkpoint = {
  foldVersion: WORKING_MEMORY_VERSION,
  generation: '0'.repeat(16),
  offset: -1,
  lastCommandId: null,
  knownTime: 0,
}

/** The revision of a partition of which nothing is stored. */
export const NO_REVISION: Revision = ''

const drawId = (): string => randomBytes(ID_BYTES).toString('hex')

/** `null` for a partition that was never begun. */
export function parseRevision(revision: Revision): StoredCheckpoint | null {
  if (revision === NO_REVISION) return null
  const { format, incarnation, move, checkpoint } = JSON.parse(revision)
  if (format !== FORMAT) throw new Error(`A checkpoint of format ${format}; this build writes ${FORMAT}`)
  return { incarnation, move, checkpoint }
}

export const checkpointOf = (revision: Revision): Checkpoint => parseRevision(revision)?.checkpoint ?? NOTHING_FOLDED

/** What a move from `revision` to `checkpoint` stores. */
export function nextRevision(
  revision: Revision,
  checkpoint: Checkpoint,
): StoredCheckpoint & { readonly text: Revision } {
  const incarnation = parseRevision(revision)?.incarnation ?? drawId()
  const next = { incarnation, move: drawId(), checkpoint }
  return { ...next, text: JSON.stringify({ format: FORMAT, ...next }) }
}
