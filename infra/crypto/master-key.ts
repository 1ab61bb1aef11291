import { createHash, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { lengthPrefixed } from '../../domain/length-prefixed.ts'
import { aeadOpen, aeadSeal } from './aead.ts'
import { keyOfText } from './key-text.ts'
import type { KeyWrapper } from './key-wrapper.ts'

const KEY_BYTES = 32
const FINGERPRINT_BYTES = 8
export const MASTER_KEY_FILE = 'master.key'
const CURRENT = 'SOMABRAIN_MASTER_KEY'
const PREVIOUS = 'SOMABRAIN_MASTER_KEY_PREVIOUS'

/** The master key is not there, is none, or is not the one that wrapped what is stored. The message is for the operator. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError'
}

/** Wraps data keys and index keys. Only its holder can read anything of the log's sealed parts. */
export interface MasterKey extends KeyWrapper {
  /** Where it came from, for the operator. */
  readonly source: string
  wrap(label: string, context: readonly string[], key: Uint8Array): Buffer
  /** Throws when the bytes were wrapped by another master key or for another context. */
  unwrap(label: string, context: readonly string[], wrapped: Uint8Array): Buffer
}

/**
 * The master key from its configured text (base64 or hex of 32 bytes; behind a comma another one, that only unwraps), or
 * from `master.key` in the data directory, made (mode 0600) at first start.
 */
export function loadMasterKey(dataDir: string, configured: string | null): MasterKey & { readonly made: boolean } {
  if (configured !== null) {
    const [current = '', ...previous] = configured.split(',')
    const key = createMasterKey(parseKey(current, CURRENT), CURRENT)
    const others = previous.map((text) => createMasterKey(parseKey(text, PREVIOUS), PREVIOUS))
    return { ...withPrevious(key, others), made: false }
  }
  const path = join(dataDir, MASTER_KEY_FILE)
  const made = !existsSync(path)
  if (made) writeKey(path, randomBytes(KEY_BYTES))
  return { ...createMasterKey(parseKey(readFileSync(path, 'utf8').trim(), path), path), made }
}

/** Makes the folder too: in a cluster nobody else has made it by then. */
function writeKey(path: string, key: Buffer): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const file = openSync(path, 'wx', 0o600)
  writeSync(file, `${key.toString('base64')}\n`)
  fsyncSync(file)
  closeSync(file)
}

function parseKey(text: string, source: string): Buffer {
  const key = keyOfText(text)
  if (key.length === KEY_BYTES) return key
  throw new MasterKeyError(
    `${source} holds no master key: expected ${KEY_BYTES} bytes as base64 or hex, found ${key.length}. ` +
      'Restore it from your copy; without it nothing that was stored can be read.',
  )
}

export function createMasterKey(bytes: Uint8Array, source: string): MasterKey {
  const key: KeyObject = createSecretKey(bytes)
  const fingerprint = createHash('sha256')
    .update('somabrain/master/1')
    .update(bytes)
    .digest()
    .subarray(0, FINGERPRINT_BYTES)
  const isCurrent = (wrapped: Uint8Array): boolean => fingerprint.equals(wrapped.subarray(0, FINGERPRINT_BYTES))
  const aad = (label: string, context: readonly string[]): Buffer => lengthPrefixed(label, ...context)
  return {
    source,
    isCurrent,
    wrap: (label, context, secret) => Buffer.concat([fingerprint, aeadSeal(key, aad(label, context), secret)]),
    unwrap(label, context, wrapped) {
      if (!isCurrent(wrapped)) {
        throw new MasterKeyError(`A stored key was wrapped by another master key than the one in ${source}`)
      }
      return aeadOpen(key, aad(label, context), wrapped.subarray(FINGERPRINT_BYTES))
    },
  }
}

/** Wraps with `current`; unwraps with whichever wrapped it. */
function withPrevious(current: MasterKey, previous: readonly MasterKey[]): MasterKey {
  if (previous.length === 0) return current
  return {
    ...current,
    unwrap(label, context, wrapped) {
      const holder = [current, ...previous].find((key) => key.isCurrent(wrapped))
      if (holder !== undefined) return holder.unwrap(label, context, wrapped)
      throw new MasterKeyError(
        `A stored key was wrapped by another master key than those in ${CURRENT} and ${PREVIOUS}`,
      )
    },
  }
}
