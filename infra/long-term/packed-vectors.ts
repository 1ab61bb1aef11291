import type { RowVector } from '../../domain/vector/row-vectors.ts'
import { uuidBytes, uuidText } from './id-bytes.ts'

const COMMAND_ID_BYTES = 16

/**
 * The vectors of a row as they stand in it: of each, the length of the model's name (uint16, big endian) and the name;
 * then the length of its seal (uint32) and, when it has one of its own, the id of the `Embed` and the seal. One value has
 * one packed form, which the state hash needs. `null` for a row without vectors.
 */
export function packVectors(vectors: readonly RowVector[] | undefined): Buffer | null {
  if (vectors === undefined) return null
  return Buffer.concat(
    vectors.flatMap(({ model, commandId, sealed }) => {
      const name = Buffer.from(model)
      const head = Buffer.alloc(2)
      head.writeUInt16BE(name.length)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(sealed?.length ?? 0)
      return sealed === null || commandId === null
        ? [head, name, length]
        : [head, name, length, uuidBytes(commandId), sealed]
    }),
  )
}

export function unpackVectors(packed: Uint8Array): readonly RowVector[] {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)
  const vectors: RowVector[] = []
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = at + 2 + bytes.readUInt16BE(at)
    const model = bytes.toString('utf8', at + 2, nameEnd)
    const length = bytes.readUInt32BE(nameEnd)
    at = nameEnd + 4
    if (length === 0) vectors.push({ model, commandId: null, sealed: null })
    else {
      const sealedFrom = at + COMMAND_ID_BYTES
      at = sealedFrom + length
      vectors.push({
        model,
        commandId: uuidText(bytes.subarray(at - length - COMMAND_ID_BYTES, sealedFrom)),
        sealed: packed.subarray(sealedFrom, at),
      })
    }
  }
  return vectors
}

/** The models of a row's vectors, each between line feeds, for `like` and `instr`; names hold none. `null`: none. */
export const modelsText = (vectors: readonly RowVector[] | undefined): string | null =>
  vectors === undefined ? null : `\n${vectors.map(({ model }) => model).join('\n')}\n`
