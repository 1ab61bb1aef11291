// What auditing costs a reader: recall over HTTP with and without, in turns, against one embedded store.
//   node test/bench/audit-cost.ts [rounds]        (default 20 rounds of 100 requests each way)
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../../infra/embedded/start-embedded.ts'
import { loopbackAuthenticator } from '../../infra/http/auth/loopback.ts'
import { createLogger } from '../../infra/telemetry/logger.ts'
import { createMetrics } from '../../infra/telemetry/metrics.ts'
import { rememberRequest, waiting } from '../support/embedded.ts'
import { benchDoor } from './bench-door.ts'

const ROUNDS = Number(process.argv[2] ?? 20)
const REQUESTS = 100
const MEMORIES = 1_000

const folder = mkdtempSync(join(tmpdir(), 'somabrain-bench-audit-cost-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const logger = createLogger({ level: 'silent' })
const embedded = await startEmbedded({
  dataDir: folder,
  masterKey: null,
  viewMemoryBytes: 256 << 20,
  clock: Date.now,
  logger,
  metrics: createMetrics({ processMetrics: false }),
  onFatal: (error) => {
    throw error
  },
})

const serverOf = (audited: boolean) =>
  benchDoor(embedded, { authenticator: loopbackAuthenticator, ...(audited ? { audit: embedded.audit } : {}) })

for (let i = 0; i < MEMORIES; i++) {
  await embedded.commands.remember(
    waiting(),
    rememberRequest(`Person ${i} moved to town ${i % 97} in month ${i % 12}.`),
  )
}
const servers = [serverOf(false), serverOf(true)]
const urls = await Promise.all(servers.map((server) => server.listen({ host: '127.0.0.1', port: 0 })))
const times: [number[], number[]] = [[], []]

async function round(way: 0 | 1, keep: boolean): Promise<void> {
  for (let i = 0; i < REQUESTS; i++) {
    const begun = performance.now()
    const response = await fetch(`${urls[way]}/recall`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `who moved to town ${i}?`, k: 5 }),
    })
    await response.arrayBuffer()
    if (keep) times[way].push(performance.now() - begun)
  }
}

await round(0, false)
await round(1, false)
for (let i = 0; i < ROUNDS; i++) {
  // Whoever comes second finds warmer caches, so they take turns at that too.
  const first = (i % 2) as 0 | 1
  await round(first, true)
  await round((1 - first) as 0 | 1, true)
}
for (const server of servers) await server.close()
await embedded.close()

const at = (values: number[], share: number): number => values.sort((a, b) => a - b)[Math.floor(values.length * share)]!
const [without, withAudit] = times
console.log(
  JSON.stringify(
    Object.fromEntries(
      ([0.5, 0.95, 0.99] as const).map((share) => [
        `p${share * 100}`,
        {
          withoutMs: Number(at(without, share).toFixed(3)),
          withMs: Number(at(withAudit, share).toFixed(3)),
          ratio: Number((at(withAudit, share) / at(without, share)).toFixed(3)),
        },
      ]),
    ),
    null,
    2,
  ),
)
