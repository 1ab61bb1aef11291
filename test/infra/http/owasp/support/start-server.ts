import type { ExecutionContext } from 'ava'
import { readConfiguration } from '../../../../../infra/config/configuration.ts'
import { createLogger } from '../../../../../infra/telemetry/logger.ts'
import { startSomabrain } from '../../../../../main.ts'
import { temporaryFolder } from '../../../../support/temp-folder.ts'
import { throwFatal } from '../../../../support/throw-fatal.ts'

export const TOKEN = 'the token of this test'.replaceAll(' ', '-')

/** A whole server in this process, with a token; closed when the test ends. Answers with its address. */
export async function startServer(t: ExecutionContext, environment: Readonly<Record<string, string>> = {}) {
  const configuration = readConfiguration({
    SOMABRAIN_DATA_DIR: temporaryFolder(t),
    SOMABRAIN_PORT: '0',
    SOMABRAIN_API_TOKEN: TOKEN,
    ...environment,
  })
  const server = await startSomabrain(configuration, {
    logger: createLogger({ level: 'silent' }),
    onFatal: throwFatal,
  })
  t.teardown(() => server.close())
  return server.url
}
