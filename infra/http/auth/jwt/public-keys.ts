import { createPublicKey, type KeyObject } from 'node:crypto'
import { importSPKI } from 'jose'
import type { JwtKey, JwtKeys } from './jwt-keys.ts'

const MAX_KEYS = 8
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g
/** RFC 7518 §3.3. */
const RSA_MIN_BITS = 2048

/** A public key as a file holds it, with the algorithms that it is for. */
export interface PublicKey {
  readonly spki: string
  readonly algorithms: readonly string[]
}

/**
 * Reads PEM: one public key or certificate, or several while keys are being changed. Throws an Error that says what is
 * wrong with the text.
 */
export function parsePublicKeys(pem: string): readonly PublicKey[] {
  const blocks = [...pem.matchAll(BLOCK)]
  if (blocks.length === 0) throw new Error('holds no PEM block')
  if (blocks.length > MAX_KEYS) throw new Error(`holds ${blocks.length} keys, and at most ${MAX_KEYS} are tried`)
  return blocks.map(([block, label]) => {
    if (label!.includes('PRIVATE')) throw new Error('holds a private key, which only who signs the tokens may have')
    const key = readPublicKey(block)
    return { spki: key.export({ type: 'spki', format: 'pem' }).toString(), algorithms: algorithmsOf(key) }
  })
}

function readPublicKey(block: string): KeyObject {
  try {
    return createPublicKey(block)
  } catch (error) {
    throw new Error('holds a block that is no public key', { cause: error })
  }
}

function algorithmsOf(key: KeyObject): readonly string[] {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < RSA_MIN_BITS) {
        throw new Error(`holds an RSA key below ${RSA_MIN_BITS} bits`)
      }
      return ['RS256', 'PS256']
    case 'ec':
      if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return ['ES256']
      throw new Error('holds an elliptic key that is not of the curve P-256')
    case 'ed25519':
      return ['EdDSA', 'Ed25519']
    default:
      throw new Error(`holds a key of the kind ${key.asymmetricKeyType}, and RSA, P-256 or Ed25519 are read`)
  }
}

/** Keys that were given with the configuration; a `kid` is not looked at. */
export function fixedKeys(publicKeys: readonly PublicKey[]): JwtKeys {
  const imported = new Map<string, Promise<readonly JwtKey[]>>()
  const importFor = (algorithm: string): Promise<readonly JwtKey[]> =>
    Promise.all(
      publicKeys
        .filter(({ algorithms }) => algorithms.includes(algorithm))
        .map(({ spki }) => importSPKI(spki, algorithm)),
    )
  return {
    algorithms: new Set(publicKeys.flatMap(({ algorithms }) => algorithms)),
    find({ alg }) {
      let keys = imported.get(alg)
      if (keys === undefined) {
        keys = importFor(alg)
        imported.set(alg, keys)
      }
      return keys
    },
  }
}
