import { DamagedFileError } from '../sqlite/data-dir/damaged-file-error.ts'
import { DirectoryInUseError } from '../sqlite/data-dir/directory-lock.ts'
import { readCommandLine } from './command-line.ts'
import { runDemo } from './demo/run-demo.ts'
import { ServerProblemError, UnreachableError } from './server-error.ts'
import { CannotOpenError } from './session.ts'
import { usage } from './usage.ts'
import type { VerbContext } from './verb-context.ts'
import { importVerb } from './verbs/import-verb.ts'
import { rebuildVerb } from './verbs/rebuild-verb.ts'
import { recallVerb } from './verbs/recall-verb.ts'
import { statusVerb } from './verbs/status-verb.ts'

async function runVerb(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  context: VerbContext,
): Promise<number> {
  const line = readCommandLine(argv, environment)
  switch (line.verb) {
    case 'import':
      return importVerb(line, context)
    case 'recall':
      return recallVerb(line, context)
    case 'status':
      return statusVerb(line, context)
    case 'rebuild':
      return rebuildVerb(context)
    case 'demo':
      return runDemo(line.server, context)
    case 'help':
      context.out.write(usage)
      return 0
    case 'wrong':
      context.err.write(`${line.problem}\n\n${usage}`)
      return 2
  }
}

const plain = [ServerProblemError, CannotOpenError, DirectoryInUseError, DamagedFileError]

/** What a person can act on is said in one line; anything else is a fault of the program and shows its stack. */
function messageFor(error: unknown): string | null {
  if (plain.some((kind) => error instanceof kind)) return (error as Error).message
  if (error instanceof UnreachableError) return `${error.message}. Start one with npm start, or leave out --url.`
  if (error instanceof Error && 'code' in error && 'path' in error) return error.message
  return null
}

/** The whole command line. Answers with the exit code: 0 done, 1 not or not wholly done, 2 asked wrongly. */
export async function runCommandLine(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  context: VerbContext,
): Promise<number> {
  try {
    return await runVerb(argv, environment, context)
  } catch (error) {
    const message = messageFor(error)
    if (message === null) throw error
    context.err.write(`${message}\n`)
    return 1
  }
}
