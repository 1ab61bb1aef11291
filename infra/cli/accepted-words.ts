/** What a verb, or an action of one, takes after it. */
interface Accepted {
  /** Names of options, without the hyphens. */
  readonly options: readonly string[]
  /** `any`: they are looked at by whoever reads the verb. */
  readonly words: 'none' | 'any'
}

const SERVER = ['url', 'token']

/** Of a verb with actions, under `verb action`. */
const accepted: Readonly<Record<string, Accepted>> = {
  import: { options: [...SERVER, 'namespace', 'user', 'agent', 'tag'], words: 'any' },
  recall: {
    options: [
      ...[...SERVER, 'namespace', 'k', 'signals', 'run', 'user', 'agent'],
      ...['as-of', 'known-at', 'min-score', 'json'],
    ],
    words: 'any',
  },
  status: { options: [...SERVER, 'json'], words: 'none' },
  rebuild: {
    options: [
      'projection',
      'switch',
      'drop-old',
      'list',
      'switch-to',
      'drop',
      'drop-working-memory',
      'accept-log',
      'yes',
    ],
    words: 'none',
  },
  'dead-letters list': { options: ['all', 'by'], words: 'any' },
  'dead-letters show': { options: ['by'], words: 'any' },
  'dead-letters retry': { options: ['all', 'by'], words: 'any' },
  'dead-letters drop': { options: ['all', 'yes', 'by'], words: 'any' },
  'archive run': { options: ['every', 'once'], words: 'any' },
  'archive status': { options: ['json'], words: 'any' },
  'archive verify': { options: ['public-key'], words: 'any' },
  'archive restore': { options: ['yes'], words: 'any' },
  'audit replay': { options: ['since', 'public-key', 'json'], words: 'any' },
  'audit list': { options: ['unattributed', 'k', 'since', 'before', 'json'], words: 'any' },
  'audit trim': { options: ['before', 'yes'], words: 'any' },
  'audit key': { options: [], words: 'any' },
  'backup create': { options: [], words: 'any' },
  'backup list': { options: ['json'], words: 'any' },
  'backup verify': { options: [], words: 'any' },
  'backup test': { options: [], words: 'any' },
  'backup restore': { options: ['yes'], words: 'any' },
  'tokens create': { options: ['tenant', 'principal', 'role', 'namespace', 'expires'], words: 'any' },
  'tokens list': { options: ['tenant', 'json'], words: 'any' },
  'tokens revoke': { options: [], words: 'any' },
  schemas: { options: [], words: 'any' },
  topics: { options: [], words: 'any' },
  migrate: { options: ['check'], words: 'none' },
  reembed: { options: ['to'], words: 'none' },
  'rotate-master-key': { options: [], words: 'none' },
  demo: { options: SERVER, words: 'none' },
  mcp: { options: SERVER, words: 'none' },
}

/**
 * What a verb would pass over, in words; `null` when it takes all of it. An option that does nothing is worse than none: a read
 * is wider than was meant, or everything is rebuilt in place of one projection.
 */
export function passedOver(verb: string, words: readonly string[], options: readonly string[]): string | null {
  const name = [`${verb} ${words[0] ?? ''}`, verb].find((key) => Object.hasOwn(accepted, key))
  // No such verb or action: whoever reads it says so.
  if (name === undefined) return null
  const { options: taken, words: wanted } = accepted[name]!
  const option = options.find((given) => !taken.includes(given))
  if (option !== undefined) {
    const instead = taken.length === 0 ? 'it takes none' : `it takes ${taken.map((each) => `--${each}`).join(', ')}`
    return `${name} has no option --${option}: ${instead}`
  }
  return wanted === 'any' || words.length === 0 ? null : `${name} takes options only, not "${words[0]}"`
}
