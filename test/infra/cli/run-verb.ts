import { runCommandLine } from '../../../infra/cli/run-command-line.ts'
import type { Terminal } from '../../../infra/cli/view/terminal.ts'

export interface VerbRun {
  readonly code: number
  /** What it printed, on both streams, in order. */
  readonly printed: string
}

/** Runs a verb of the command line in this process, as an operator does with `environment`. */
export async function runVerb(environment: Readonly<Record<string, string>>, ...argv: string[]): Promise<VerbRun> {
  const pieces: string[] = []
  const write = (text: string): void => void pieces.push(text)
  const terminal: Terminal = { columns: 120, isTty: false, hasColour: false, write }
  const code = await runCommandLine(argv, environment, {
    out: terminal,
    err: terminal,
    dataDir: environment.SOMABRAIN_DATA_DIR ?? '',
    hasData: () => false,
    isCluster: () => environment.SOMABRAIN_KAFKA_URL !== undefined,
    startEmbedded: () => Promise.reject(new Error('nothing is embedded here')),
    rebuild: () => Promise.reject(new Error('nothing is embedded here')),
    sleep: async () => {},
    elapsedMs: () => performance.now(),
  })
  return { code, printed: pieces.join('') }
}
