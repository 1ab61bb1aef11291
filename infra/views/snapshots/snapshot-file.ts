import type { KeyObject } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { lengthPrefixed } from '../../../domain/length-prefixed.ts'
import type { Scope } from '../../../domain/names.ts'
import type { Numbers } from '../../../domain/recall/columns/growable.ts'
import type { ArchivedColumns } from '../../../domain/recall/columns/index-archive.ts'
import { aeadOpen, aeadSeal } from '../../crypto/aead.ts'
import { emptyColumns, type SnapshotManifest } from './snapshot-manifest.ts'

// A snapshot: the key's id (16 bytes), then pieces, each its length (4 bytes, big-endian) and a seal. The first piece is
// the manifest as JSON; the others are the bytes of the columns one after another, cut every PIECE bytes. A seal is bound
// to the namespace, the key and the number of its piece, so that pieces cannot be left out, swapped or taken elsewhere.

/** Milliseconds of sealing, so that answers come in between. */
const PIECE = 2 << 20
/** A manifest names some hundred columns; one that claims more is none. */
const MAX_PIECE = 256 << 20
const KEY_ID_BYTES = 16
const LENGTH_BYTES = 4

export interface SnapshotKey {
  /** 16 bytes as hex. */
  readonly keyId: string
  readonly key: KeyObject
}

/** Writes a snapshot. Gives up, with `false`, as soon as `unchanged` is false: the columns are those of a live index. */
export async function writeSnapshot(
  file: FileHandle,
  scope: Scope,
  { keyId, key }: SnapshotKey,
  manifest: SnapshotManifest,
  columns: ArchivedColumns,
  unchanged: () => boolean,
): Promise<boolean> {
  await file.write(Buffer.from(keyId, 'hex'))
  let number = 0
  const put = async (piece: Uint8Array): Promise<void> => {
    const sealed = aeadSeal(key, aadOf(scope, keyId, number++), piece)
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32BE(sealed.length)
    await file.write(Buffer.concat([length, sealed]))
  }
  await put(Buffer.from(JSON.stringify(manifest)))
  // Asked before a piece is taken, too: an array of a column that has grown since is another one.
  for (const pieces = piecesOf(columns); unchanged(); ) {
    const next = pieces.next()
    if (next.done === true) return true
    await put(next.value)
  }
  return false
}

/** Reads the id of the key that a snapshot is sealed with. */
export async function readKeyId(file: FileHandle): Promise<string> {
  return (await readExactly(file, KEY_ID_BYTES)).toString('hex')
}

/** Reads what follows the key's id. Throws for what is damaged, cut short or another namespace's. `fits`: of the manifest. */
export async function readSnapshot(
  file: FileHandle,
  scope: Scope,
  { keyId, key }: SnapshotKey,
  fits: (manifest: SnapshotManifest) => boolean,
): Promise<{ readonly manifest: SnapshotManifest; readonly columns: ArchivedColumns } | null> {
  let number = 0
  const next = async (): Promise<Buffer> => {
    const length = (await readExactly(file, LENGTH_BYTES)).readUInt32BE()
    if (length > MAX_PIECE) throw new Error(`piece ${number} claims ${length} bytes`)
    return aeadOpen(key, aadOf(scope, keyId, number++), await readExactly(file, length))
  }
  const manifest = JSON.parse((await next()).toString()) as SnapshotManifest
  if (!fits(manifest)) return null
  const columns = emptyColumns(manifest)
  await fill(columns, next)
  return { manifest, columns }
}

async function fill(columns: ReadonlyMap<string, readonly [Numbers]>, next: () => Promise<Buffer>): Promise<void> {
  let piece: Buffer = Buffer.alloc(0)
  for (const [column] of columns.values()) {
    const bytes = bytesOf(column)
    for (let at = 0; at < bytes.length; ) {
      if (piece.length === 0) piece = await next()
      const take = Math.min(piece.length, bytes.length - at)
      bytes.set(piece.subarray(0, take), at)
      piece = piece.subarray(take)
      at += take
    }
  }
  if (piece.length > 0) throw new Error(`${piece.length} bytes belong to no column`)
}

/** The bytes of all columns, in pieces of one length; many small columns share a piece. */
function* piecesOf(columns: ArchivedColumns): Generator<Uint8Array> {
  const piece = Buffer.alloc(PIECE)
  let filled = 0
  for (const blocks of columns.values()) {
    for (const block of blocks) {
      const bytes = bytesOf(block)
      for (let at = 0; at < bytes.length; ) {
        const take = Math.min(PIECE - filled, bytes.length - at)
        piece.set(bytes.subarray(at, at + take), filled)
        filled += take
        at += take
        if (filled < PIECE) continue
        yield piece
        filled = 0
      }
    }
  }
  if (filled > 0) yield piece.subarray(0, filled)
}

const bytesOf = (column: Numbers): Uint8Array => new Uint8Array(column.buffer, column.byteOffset, column.byteLength)

const aadOf = ({ tenant, namespace }: Scope, keyId: string, piece: number): Buffer =>
  lengthPrefixed('view-snapshot', tenant, namespace, keyId, String(piece))

async function readExactly(file: FileHandle, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(buffer, at, length - at)
    if (bytesRead === 0) throw new Error(`it ends ${length - at} bytes too early`)
    at += bytesRead
  }
  return buffer
}
