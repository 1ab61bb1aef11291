import { spawn } from 'node:child_process'

const LAST_WORDS = 800

/** A command of this machine that did not do what was asked. */
export class CommandFailedError extends Error {
  /** Exit code; `null` when a signal ended it or it could not be started. */
  readonly code: number | null

  constructor(message: string, code: number | null, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CommandFailedError'
    this.code = code
  }
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/** Runs a command to its end; answers with what it printed. Throws a `CommandFailedError` with its last words. */
export async function runCommand(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: string[] = []
  const errors: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) =>
      reject(new CommandFailedError(`${file} cannot be run: ${cause.message}`, null, { cause })),
    )
    child.on('close', resolve)
  })
  if (code === 0) return output.join('')
  const said = (errors.join('') || output.join('')).trim().slice(-LAST_WORDS)
  throw new CommandFailedError(`${file} ${args.slice(0, 3).join(' ')} … ended with ${code}: ${said}`, code)
}
