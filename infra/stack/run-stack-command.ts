import { assignPorts } from './assign-ports.ts'
import { composeStack, hasContainerEngine } from './compose-stack.ts'
import { nativeStack } from './native-stack.ts'
import { type PartName, PartUnavailableError, partNames } from './part.ts'
import type { PartReport, Stack } from './stack.ts'
import { portTable, stackExports, stackTable } from './stack-report.ts'
import { readStackSettings, stackVariables } from './stack-settings.ts'

export const stackUsage = `usage: npm run stack -- up|down|status [--native] [part…]

  up             brings parts up and waits until each answers
  down           ends what up started; data is kept
  status         says what runs; ends with an error code when something is down
  assign-ports   moves host ports that something else has, in .env and ports.json

  parts: ${partNames.join(', ')} (default: all)
  --native: as processes of this machine even when a container engine answers
`

export interface StackCommandIo {
  readonly root: string
  readonly environment: Readonly<Record<string, string | undefined>>
  out(text: string): void
  err(text: string): void
}

const USAGE_EXIT = 2

/** `npm run stack`: answers with the exit code. */
export async function runStackCommand(args: readonly string[], io: StackCommandIo): Promise<number> {
  const [verb, ...words] = args
  const unknown = words.filter((word) => word !== '--native' && !isPartName(word))
  if (!isVerb(verb) || unknown.length > 0) {
    io.err(unknown.length > 0 && isVerb(verb) ? `unknown: ${unknown.join(' ')}\n\n${stackUsage}` : stackUsage)
    return USAGE_EXIT
  }
  const named = words.filter(isPartName)
  try {
    const settings = readStackSettings(io.root, io.environment)
    const inContainers = !words.includes('--native') && (await hasContainerEngine())
    const stack = inContainers ? composeStack(settings) : nativeStack(settings)
    return await verbs[verb](stack, named.length > 0 ? named : partNames, io)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    io.err(`${error instanceof PartUnavailableError ? '' : 'stack: '}${error.message}\n`)
    return 1
  }
}

type Act = (stack: Stack, parts: readonly PartName[], io: StackCommandIo) => Promise<number>

const verbs = {
  up: async (stack, parts, io) => {
    const reports = await stack.up(parts, (line) => io.err(`${line}\n`))
    io.out(`${stackTable(reports)}\n\nDevelopment credentials; to run on it:\n${stackExports(reports)}\n`)
    return exitCode(reports)
  },
  down: async (stack, parts, io) => {
    const reports = await stack.down(parts, (line) => io.err(`${line}\n`))
    io.out(`${stackTable(reports)}\n`)
    return 0
  },
  status: async (stack, parts, io) => {
    const reports = await stack.status(parts)
    io.out(`${stackTable(reports)}\n`)
    return exitCode(reports)
  },
  'assign-ports': async (stack, _parts, io) => {
    const running = await stack.runningServices()
    const ports = await assignPorts(io.root, stackVariables(io.root, io.environment), ({ service }) =>
      running.has(service),
    )
    io.out(`${portTable(ports)}\n`)
    return 0
  },
} as const satisfies Record<string, Act>

const isVerb = (word: string | undefined): word is keyof typeof verbs =>
  word !== undefined && Object.hasOwn(verbs, word)

const isPartName = (word: string): word is PartName => (partNames as readonly string[]).includes(word)

const exitCode = (reports: readonly PartReport[]): number =>
  reports.every(({ state }) => state === 'started' || state === 'running' || state === 'found') ? 0 : 1
