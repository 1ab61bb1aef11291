import { readFileSync } from 'node:fs'
import { ConfigurationError } from './configuration-error.ts'
import type { Setting } from './setting.ts'
import { settings } from './settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** The values of all settings, defaults filled in, secrets read from their files. */
export interface SettingValues {
  readonly values: ReadonlyMap<string, string>
  /** What an operator should hear: settings without effect, names that are not known. */
  readonly notices: readonly string[]
}

export function readSettings(environment: Environment): SettingValues {
  const values = new Map<string, string>()
  const notices: string[] = []
  for (const setting of settings) {
    const given = givenValue(setting, environment)
    const value = given ?? setting.default
    if (value !== null) values.set(setting.name, value)
    if (given !== null) complain(setting, given, notices)
  }
  return { values, notices: [...notices, ...unknownNames(environment)] }
}

function givenValue(setting: Setting, environment: Environment): string | null {
  const direct = environment[setting.name]
  const file = setting.secret === true ? environment[`${setting.name}_FILE`] : undefined
  if (direct !== undefined && direct !== '' && file !== undefined) {
    throw new ConfigurationError(setting.name, `is given twice, also as ${setting.name}_FILE`, 'one of the two')
  }
  if (file === undefined) return direct === undefined || direct === '' ? null : direct
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new ConfigurationError(
      `${setting.name}_FILE`,
      `cannot be read: ${(error as Error).message}`,
      'a readable file',
    )
  }
}

function complain(setting: Setting, given: string, notices: string[]): void {
  if (setting.state === 'unavailable') {
    const reason = 'is set, and this version does not have that part: it would run without what was asked of it'
    throw new ConfigurationError(setting.name, reason, 'leave it unset')
  }
  if (setting.state === 'unused') notices.push(`${setting.name} is set and has no effect: ${setting.meaning}`)
  if (setting.values !== undefined && !setting.values.includes(given)) {
    throw new ConfigurationError(setting.name, `is "${given}"`, `one of ${setting.values.join(', ')}`)
  }
}

/** Read by the command line, by `npm run stack` and by the tests. */
const OF_OTHERS = /^SOMABRAIN_(URL$|STACK_|TEST|FRESH_CLONE$)/

/** A misspelt name would otherwise silently leave a default in force. */
function unknownNames(environment: Environment): string[] {
  const known = new Set(settings.flatMap(({ name, secret }) => (secret === true ? [name, `${name}_FILE`] : [name])))
  return Object.keys(environment)
    .filter((name) => name.startsWith('SOMABRAIN_') && !known.has(name) && !OF_OTHERS.test(name))
    .map((name) => `${name} is set and is not known; see docs/reference/configuration.md`)
}
