import { ConfigurationError } from './configuration-error.ts'

/** The current master key and, behind a comma, another that only unwraps; `null`: the key file of the data directory. */
export function masterKeys(values: ReadonlyMap<string, string>): string | null {
  const current = values.get('SOMABRAIN_MASTER_KEY')
  const previous = values.get('SOMABRAIN_MASTER_KEY_PREVIOUS')
  if (previous === undefined) return current ?? null
  if (current !== undefined) return `${current},${previous}`
  throw new ConfigurationError(
    'SOMABRAIN_MASTER_KEY',
    'is not set, and SOMABRAIN_MASTER_KEY_PREVIOUS is',
    'the key that wraps from now on',
  )
}
