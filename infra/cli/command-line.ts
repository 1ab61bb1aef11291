import { parseArgs } from 'node:util'
import { passedOver } from './accepted-words.ts'
import { type ArchiveTask, archiveTask } from './verbs/archive-line.ts'
import { type AuditTask, auditTask } from './verbs/audit-line.ts'
import { type BackupTask, backupTask } from './verbs/backup-line.ts'
import { type DeadLettersTask, deadLettersTask } from './verbs/dead-letters-line.ts'
import { type RebuildTask, rebuildTask } from './verbs/rebuild-line.ts'
import { type SchemasAction, schemasActions } from './verbs/schemas-actions.ts'
import { type TokensTask, tokensTask } from './verbs/tokens-line.ts'
import { type TopicsAction, topicsActions } from './verbs/topics-actions.ts'

/** What was asked on the command line. */
export type CommandLine =
  | {
      readonly verb: 'import'
      readonly paths: readonly string[]
      readonly namespace: string
      readonly userId: string | null
      readonly agentId: string | null
      readonly tags: readonly string[]
      readonly server: ServerChoice
    }
  | {
      readonly verb: 'recall'
      readonly query: string
      readonly namespace: string
      readonly k: number
      readonly signals: number
      readonly runId: string | null
      readonly userId: string | null
      readonly agentId: string | null
      /** What was true then. */
      readonly asOf: string | null
      /** What was known here then. */
      readonly knownAt: string | null
      readonly minScore: number | null
      readonly asJson: boolean
      readonly server: ServerChoice
    }
  | { readonly verb: 'rebuild'; readonly task: RebuildTask }
  | { readonly verb: 'dead-letters'; readonly task: DeadLettersTask; readonly operator: string | null }
  | { readonly verb: 'archive'; readonly task: ArchiveTask }
  | { readonly verb: 'audit'; readonly task: AuditTask }
  | { readonly verb: 'backup'; readonly task: BackupTask }
  | { readonly verb: 'migrate'; readonly checksOnly: boolean }
  | { readonly verb: 'status'; readonly asJson: boolean; readonly server: ServerChoice }
  | { readonly verb: 'schemas'; readonly action: SchemasAction }
  | { readonly verb: 'topics'; readonly action: TopicsAction }
  | { readonly verb: 'tokens'; readonly task: TokensTask }
  | { readonly verb: 'demo' | 'mcp'; readonly server: ServerChoice }
  | { readonly verb: 'reembed'; readonly to: string }
  | { readonly verb: 'rotate-master-key' }
  | { readonly verb: 'help' }
  | { readonly verb: 'wrong'; readonly problem: string }

export interface ServerChoice {
  readonly url: string
  /** Whether the address was given, so that nothing else will do. */
  readonly isGiven: boolean
  readonly token: string | null
}

type Environment = Readonly<Record<string, string | undefined>>

const options = {
  url: { type: 'string' },
  token: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  user: { type: 'string' },
  agent: { type: 'string' },
  run: { type: 'string' },
  tag: { type: 'string', multiple: true },
  k: { type: 'string', short: 'k' },
  'as-of': { type: 'string' },
  'known-at': { type: 'string' },
  'min-score': { type: 'string' },
  signals: { type: 'string' },
  json: { type: 'boolean' },
  projection: { type: 'string' },
  switch: { type: 'boolean' },
  'drop-old': { type: 'boolean' },
  'accept-log': { type: 'boolean' },
  list: { type: 'boolean' },
  'switch-to': { type: 'string' },
  drop: { type: 'string' },
  'drop-working-memory': { type: 'string' },
  check: { type: 'boolean' },
  all: { type: 'boolean' },
  yes: { type: 'boolean' },
  by: { type: 'string' },
  to: { type: 'string' },
  since: { type: 'string' },
  before: { type: 'string' },
  'public-key': { type: 'string', multiple: true },
  unattributed: { type: 'boolean' },
  tenant: { type: 'string' },
  principal: { type: 'string' },
  role: { type: 'string', multiple: true },
  expires: { type: 'string' },
  every: { type: 'string' },
  once: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Where `npm start` listens, with the same environment. */
function defaultUrl(environment: Environment): string {
  const port = environment.SOMABRAIN_PORT ?? ''
  return `http://127.0.0.1:${/^[1-9]\d*$/.test(port) ? port : '9696'}`
}

function serverChoice(given: { url?: string | undefined; token?: string | undefined }, environment: Environment) {
  const url = given.url ?? environment.SOMABRAIN_URL
  return {
    url: url ?? defaultUrl(environment),
    isGiven: url !== undefined,
    token: given.token ?? environment.SOMABRAIN_API_TOKEN ?? null,
  }
}

/** A number within bounds, its fallback when it was not given, or a problem in words. */
function numberOf(name: string, text: string | undefined, fallback: number, least: number, most: number) {
  if (text === undefined) return fallback
  const value = Number(text)
  const isValid = text.trim() !== '' && Number.isFinite(value) && value >= least && value <= most
  if (!isValid) throw new RangeError(`--${name} must be a number from ${least} to ${most}, not "${text}"`)
  return value
}

function wholeNumberOf(name: string, text: string | undefined, fallback: number, least: number, most: number) {
  const value = numberOf(name, text, fallback, least, most)
  if (Number.isInteger(value)) return value
  throw new RangeError(`--${name} must be a whole number from ${least} to ${most}, not "${text}"`)
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>['values']

function recallLine(values: Values, words: readonly string[], server: ServerChoice): CommandLine {
  const query = words.join(' ').trim()
  if (query === '') return { verb: 'wrong', problem: 'recall needs a question: recall "when does Ana arrive?"' }
  return {
    verb: 'recall',
    query,
    namespace: values.namespace ?? 'default',
    k: wholeNumberOf('k', values.k, 5, 1, 100),
    signals: wholeNumberOf('signals', values.signals, 4, 0, 20),
    runId: values.run ?? null,
    userId: values.user ?? null,
    agentId: values.agent ?? null,
    asOf: values['as-of'] ?? null,
    knownAt: values['known-at'] ?? null,
    minScore: values['min-score'] === undefined ? null : numberOf('min-score', values['min-score'], 0, 0, 1),
    asJson: values.json ?? false,
    server,
  }
}

/** A verb with one action after it. */
function actionLine<Verb extends 'schemas' | 'topics', Action extends string>(
  verb: Verb,
  actions: readonly Action[],
  [given, ...others]: readonly string[],
): { readonly verb: Verb; readonly action: Action } | { readonly verb: 'wrong'; readonly problem: string } {
  const action = actions.find((name) => name === given)
  if (action !== undefined && others.length === 0) return { verb, action }
  return { verb: 'wrong', problem: `${verb} needs one of ${actions.join(', ')}` }
}

function lineOf(values: Values, positionals: readonly string[], environment: Environment): CommandLine {
  const [verb, ...rest] = positionals
  if (values.help === true || verb === undefined || verb === 'help') return { verb: 'help' }
  const problem = passedOver(verb, rest, Object.keys(values))
  if (problem !== null) return { verb: 'wrong', problem }
  const server = serverChoice(values, environment)
  switch (verb) {
    case 'import':
      if (rest.length === 0) return { verb: 'wrong', problem: 'import needs at least one file or folder' }
      return {
        verb,
        paths: rest,
        namespace: values.namespace ?? 'default',
        userId: values.user ?? null,
        agentId: values.agent ?? null,
        tags: values.tag ?? [],
        server,
      }
    case 'recall':
      return recallLine(values, rest, server)
    case 'status':
      return { verb, asJson: values.json ?? false, server }
    case 'rebuild':
      return { verb, task: rebuildTask(values) }
    case 'dead-letters':
      return { verb, task: deadLettersTask(rest, values), operator: values.by ?? null }
    case 'reembed':
      return values.to === undefined
        ? { verb: 'wrong', problem: 'reembed needs --to: onnx:FOLDER or openai:URL' }
        : { verb, to: values.to }
    case 'archive':
      return { verb, task: archiveTask(rest, values) }
    case 'audit':
      return { verb, task: auditTask(rest, values) }
    case 'backup':
      return { verb, task: backupTask(rest, values) }
    case 'rotate-master-key':
      return { verb }
    case 'migrate':
      return { verb, checksOnly: values.check ?? false }
    case 'schemas':
      return actionLine(verb, schemasActions, rest)
    case 'tokens':
      return { verb, task: tokensTask(rest, values) }
    case 'topics':
      return actionLine(verb, topicsActions, rest)
    case 'demo':
    case 'mcp':
      return { verb, server }
    default:
      return { verb: 'wrong', problem: `there is no verb "${verb}"` }
  }
}

/** Reads the arguments after the script's name. What is wrong with them is an answer, never an exception. */
export function readCommandLine(argv: readonly string[], environment: Environment): CommandLine {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    return lineOf(values, positionals, environment)
  } catch (error) {
    if (error instanceof RangeError || (error instanceof TypeError && 'code' in error)) {
      return { verb: 'wrong', problem: error.message }
    }
    throw error
  }
}
