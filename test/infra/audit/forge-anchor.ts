import { createHash, generateKeyPairSync } from 'node:crypto'
import { createSigningKey } from '../../../infra/crypto/signing-key.ts'
import { signAnchor } from '../../../projections/audit/anchor-schedule.ts'
import type { AuditCodec } from '../../../schemas/audit-codec.ts'

type ForgeAnchor = (codec: AuditCodec, value: Uint8Array) => Buffer

const stranger = createSigningKey(generateKeyPairSync('ed25519').privateKey, 'a test')

function anchorOf(codec: AuditCodec, value: Uint8Array) {
  const read = codec.decodeAnchor(value)
  if (!read.ok) throw new Error('no anchor')
  return read.value
}

/** The same statement, signed with a key that nobody trusts. */
export const signedByStranger: ForgeAnchor = (codec, value) => {
  const { signature: _signature, keyId: _keyId, ...statement } = anchorOf(codec, value)
  return Buffer.from(codec.encodeAnchor(signAnchor(stranger, statement)))
}

/** Another statement, under the signature of the first. */
export const ofAnotherChain: ForgeAnchor = (codec, value) => {
  const chain = createHash('sha256').update('other').digest()
  return Buffer.from(codec.encodeAnchor({ ...anchorOf(codec, value), chain }))
}
