import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runCommandLine } from '../infra/cli/run-command-line.ts'
import { createTerminal } from '../infra/cli/view/terminal.ts'
import { type Configuration, readConfiguration } from '../infra/config/configuration.ts'

// `npm run somabrain -- <verb>`: wires the command line to this machine. The server is loaded only when one is opened here.
enableCompileCache()
/** Read when a verb needs it: some ask a registry or a database only. */
let read: Configuration | null = null
const configuration = (): Configuration => {
  read ??= readConfiguration(process.env)
  return read
}
process.exitCode = await runCommandLine(process.argv.slice(2), process.env, {
  out: createTerminal(process.stdout, process.env),
  err: createTerminal(process.stderr, process.env),
  get dataDir() {
    return configuration().dataDir
  },
  hasData: () => existsSync(join(configuration().dataDir, 'log.db')),
  isCluster: () => configuration().cluster !== null,
  startEmbedded: async () => {
    const { startSomabrain } = await import('../main.ts')
    const { createLogger } = await import('../infra/telemetry/logger.ts')
    // Below warnings, log lines would run through what the verbs print.
    const logger = createLogger({ level: process.env.LOG_LEVEL ?? 'warn', destination: process.stderr })
    const server = await startSomabrain({ ...configuration(), host: '127.0.0.1', port: 0 }, { logger })
    return { url: server.url, token: configuration().credentials.apiToken, close: () => server.close() }
  },
  rebuild: async (onProgress) => {
    const { rebuild } = await import('../infra/embedded/rebuild.ts')
    return rebuild({ ...configuration(), clock: Date.now, onProgress })
  },
  sleep: (ms) => sleep(ms),
  elapsedMs: () => performance.now(),
})
