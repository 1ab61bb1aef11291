import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { readConfiguration } from '../../infra/config/configuration.ts'
import { createLogger } from '../../infra/telemetry/logger.ts'
import { startSomabrain } from '../../main.ts'
import { documentedUrl, runnableBlocks } from './runnable-blocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs a block in bash as a reader would; answers with what it printed. A failing command fails the block. */
function runBlock(
  block: string,
  { url, dataDir }: { readonly url: string; readonly dataDir: string },
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', block.replaceAll(documentedUrl, url)], {
    cwd: root,
    env: {
      ...process.env,
      ...environment,
      SOMABRAIN_URL: url,
      SOMABRAIN_DATA_DIR: dataDir,
      NO_COLOR: '1',
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const chunks: string[] = []
  for (const stream of [shell.stdout, shell.stderr]) stream.setEncoding('utf8').on('data', (text) => chunks.push(text))
  return new Promise((resolve) => shell.on('close', (code) => resolve({ code, output: chunks.join('') })))
}

/** What a page asks of its server besides the defaults. */
const pages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'README.md': {},
  'docs/tutorial.md': {},
  'docs/how-to/audit.md': {},
  'docs/how-to/back-up-and-rebuild.md': {},
  'docs/how-to/choose-how-recall-ranks.md': {},
  'docs/how-to/erase.md': {},
  'docs/how-to/give-an-agent-memory.md': {},
  'docs/how-to/limits.md': { SOMABRAIN_RATE_RPS: '100', SOMABRAIN_WRITE_DAILY_LIMIT: '3' },
  'docs/how-to/sign-in.md': {
    SOMABRAIN_JWT_SECRET: 'of this test alone, 32 bytes and more',
    SOMABRAIN_JWT_AUDIENCE: 'somabrain',
  },
  'docs/how-to/tokens.md': {},
  'docs/how-to/walk-links.md': {},
}

for (const [page, environment] of Object.entries(pages)) {
  test(`every runnable block of ${page} does what the page says`, async (t) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'docs-'))
    t.teardown(() => rmSync(dataDir, { recursive: true, force: true }))
    const configuration = readConfiguration({ SOMABRAIN_DATA_DIR: dataDir, SOMABRAIN_PORT: '0', ...environment })
    const server = await startSomabrain(configuration, { logger: createLogger({ level: 'error' }) })
    try {
      const blocks = runnableBlocks(readFileSync(join(root, page), 'utf8'))
      t.true(blocks.length >= 2)
      for (const { code, shows } of blocks) {
        const ran = await runBlock(code, server, environment)
        t.is(ran.code, 0, `${code}\n${ran.output}`)
        t.true(ran.output.includes(shows), `does not show ${shows}:\n${code}\n${ran.output}`)
        // A refusal is an answer that the page may be about.
        const refused = /"code":"[a-z_]+"/.test(ran.output) && !shows.includes('"failed":')
        t.false(refused, `was refused:\n${code}\n${ran.output}`)
      }
    } finally {
      await server.close()
    }
  })
}
