import type { Checkpoint } from '../../../domain/checkpoint.ts'
import type { Numbers } from '../../../domain/recall/columns/growable.ts'
import type { ArchivedColumns } from '../../../domain/recall/columns/index-archive.ts'
import type { IndexSettings } from '../../../query-api/view-index.ts'

/** What a snapshot is of. */
export interface SnapshotHead {
  /** Of the code that made the index: another one may analyse texts in another way. */
  readonly release: string
  readonly settings: IndexSettings
  readonly checkpoint: Checkpoint
}

/** The first piece of a snapshot: its head, and the columns in the order in which their bytes follow. */
export interface SnapshotManifest extends SnapshotHead {
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: ColumnType; readonly length: number }>
}

const COLUMN_TYPES = { Int8Array, Uint8Array, Uint16Array, Uint32Array, Int32Array, Float32Array, Float64Array }
export type ColumnType = keyof typeof COLUMN_TYPES

interface ColumnClass {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: SharedArrayBuffer): Numbers
}

export function manifestOf(head: SnapshotHead, columns: ArchivedColumns): SnapshotManifest {
  const entries = [...columns].map(([name, blocks]) => ({
    name,
    type: (blocks[0]?.constructor.name ?? 'Uint8Array') as ColumnType,
    length: blocks.reduce((sum, block) => sum + block.length, 0),
  }))
  return { ...head, columns: entries }
}

/** Columns of the manifest's types and lengths, all zero, in shared memory as those of any index. Throws for a type that no column has. */
export function emptyColumns(manifest: SnapshotManifest): Map<string, readonly [Numbers]> {
  return new Map(
    manifest.columns.map(({ name, type, length }) => {
      const make: ColumnClass | undefined = COLUMN_TYPES[type]
      if (make === undefined) throw new Error(`a column of type ${type}`)
      return [name, [new make(new SharedArrayBuffer(length * make.BYTES_PER_ELEMENT))]]
    }),
  )
}
