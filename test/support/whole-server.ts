import type { ExecutionContext } from 'ava'
import { readConfiguration } from '../../infra/config/configuration.ts'
import { createLogger } from '../../infra/telemetry/logger.ts'
import { startSomabrain } from '../../main.ts'
import { JWT_SECRET } from './signed-in.ts'
import { temporaryFolder } from './temp-folder.ts'
import { throwFatal } from './throw-fatal.ts'

/** A whole embedded server in this process that takes the tokens of `tokenOf`; closed with the test. Answers with its address. */
export async function wholeServer(
  t: Pick<ExecutionContext, 'teardown'>,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const configuration = readConfiguration({
    SOMABRAIN_DATA_DIR: temporaryFolder(t),
    SOMABRAIN_PORT: '0',
    SOMABRAIN_JWT_SECRET: JWT_SECRET,
    ...environment,
  })
  const server = await startSomabrain(configuration, {
    logger: createLogger({ level: 'silent' }),
    onFatal: throwFatal,
  })
  t.teardown(() => server.close())
  return server.url
}
