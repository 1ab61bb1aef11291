import type { MemoryRow } from '../../../domain/memory.ts'

/** Of a row beside what is sealed, rather too much: a buffer that grows is copied. */
export const ROW_BYTES = 512
/** Of a vector that was added to a row. */
const VECTOR_BYTES = 600

/** What memories take beside {@link ROW_BYTES} each. */
export const sealedBytes = (memories: readonly MemoryRow[]): number =>
  memories.reduce((sum, row) => sum + (row.sealed?.length ?? 0) + (row.vectors?.length ?? 0) * VECTOR_BYTES, 0)
