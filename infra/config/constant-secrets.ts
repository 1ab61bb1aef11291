import { isPem, keyOfText, secretOfPem } from '../crypto/key-text.ts'
import { ConfigurationError } from './configuration-error.ts'

type Values = ReadonlyMap<string, string>

const KEYS = ['SOMABRAIN_MASTER_KEY', 'SOMABRAIN_SIGNING_KEY']
const TEXTS = ['SOMABRAIN_API_TOKEN', 'SOMABRAIN_JWT_SECRET']

/**
 * Secrets that fill a place and were never drawn: one byte or character over and over, or one key for two purposes, so
 * that whoever is given the key that signs could read everything. Throws a `ConfigurationError` that tells none of them.
 */
export function refuseConstantSecrets(values: Values): void {
  for (const name of TEXTS) {
    if (!isConstant([...(values.get(name) ?? '')])) continue
    throw new ConfigurationError(name, 'is one character repeated, in production mode', 'one drawn at random')
  }
  const keys = KEYS.map((name) => [name, secretBytes(values.get(name) ?? '')] as const)
  for (const [name, bytes] of keys) {
    if (bytes === null || !isConstant([...bytes])) continue
    throw new ConfigurationError(name, 'is one byte repeated, in production mode', '32 bytes drawn at random')
  }
  const [[, master], [, signing]] = keys as [(typeof keys)[number], (typeof keys)[number]]
  if (master === null || signing === null || !master.equals(signing)) return
  throw new ConfigurationError(KEYS.join(', '), 'are the same key, in production mode', 'a key of its own for each')
}

const isConstant = (units: readonly unknown[]): boolean => units.length > 0 && units.every((unit) => unit === units[0])

const secretBytes = (text: string): Buffer | null => (isPem(text) ? secretOfPem(text) : keyOfText(text))
