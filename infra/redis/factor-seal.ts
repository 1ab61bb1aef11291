import type { SealContext } from '../../commands/ports/vault.ts'
import { ENCODING_DIMENSION, ENCODING_VERSION } from '../../domain/encoding/encode.ts'
import type { Scope } from '../../domain/names.ts'
import type { Factor, FactorHead } from '../../domain/working-memory/working-memory.ts'
import type { OpenedDataKey } from '../crypto/data-key.ts'

const BYTES = ENCODING_DIMENSION * 2

/**
 * An exposure's sums (int16, little endian) sealed under its memory's data key, so that what Redis wrote to disk dies with
 * the key. Bound to memory, offset and encoding: a seal opens as no other exposure's.
 */
export function sealFactor(key: OpenedDataKey, scope: Scope, factor: Factor): Buffer {
  const { sums } = factor
  if (sums.length !== ENCODING_DIMENSION) throw new RangeError(`${sums.length} sums are no encoding`)
  const bytes = Buffer.allocUnsafe(BYTES)
  for (let i = 0; i < ENCODING_DIMENSION; i++) bytes.writeInt16LE(sums[i]!, i * 2)
  return key.seal(contextOf(scope, factor), bytes)
}

/** Throws when the bytes are not this exposure's. */
export function openFactor(key: OpenedDataKey, scope: Scope, head: FactorHead, sealed: Uint8Array): Factor {
  const bytes = key.open(contextOf(scope, head), sealed)
  if (bytes.length !== BYTES) throw new Error(`The encoding of memory ${head.memoryId} has ${bytes.length} bytes`)
  const sums = new Int16Array(ENCODING_DIMENSION)
  for (let i = 0; i < ENCODING_DIMENSION; i++) sums[i] = bytes.readInt16LE(i * 2)
  const { memoryId, offset, keyId } = head
  return { memoryId, offset, keyId, sums }
}

const contextOf = ({ tenant, namespace }: Scope, { memoryId, keyId, offset }: FactorHead): SealContext => ({
  tenant,
  namespace,
  keyId,
  memoryId,
  commandId: `${ENCODING_VERSION}/${offset}`,
  type: 'Factor',
})
