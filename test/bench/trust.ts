// What the fence in Postgres and the policy engine add to a read, each beside the same read without it, in turns in one run.
//   node test/bench/trust.ts [reads]          (needs Postgres and OPA: npm run stack -- up postgres opa)

import { uuidBytes } from '../../infra/long-term/id-bytes.ts'
import { createOpaPolicy } from '../../infra/opa/opa-policy.ts'
import { readStatements } from '../../infra/postgres/long-term/read-statements.ts'
import { PostgresLongTermStore } from '../../infra/postgres/postgres-long-term-store.ts'
import { queryRows } from '../../infra/postgres/row-query.ts'
import { queryTenantRows } from '../../infra/postgres/tenant-rows.ts'
import { ACME, checkpointAt, memoryAt, PARTITION, remembered } from '../contract/long-term-rows.ts'
import { temporaryDatabase } from '../infra/postgres/temporary-database.ts'
import { realParts } from '../support/real-parts.ts'

const READS = Number(process.argv[2] ?? 4_000)
const MEMORIES = 1_000
const WARM_UP = 200

type Read = (i: number) => Promise<unknown>

/** Milliseconds of each read, the two in turns so that whatever else the machine does falls on both. */
async function inTurns(reads: Readonly<Record<string, Read>>): Promise<void> {
  const times = new Map(Object.keys(reads).map((name) => [name, [] as number[]]))
  for (let i = 0; i < WARM_UP + READS; i++) {
    for (const [name, read] of Object.entries(reads)) {
      const started = performance.now()
      await read(i)
      if (i >= WARM_UP) times.get(name)!.push(performance.now() - started)
    }
  }
  for (const [name, taken] of times) {
    taken.sort((a, b) => a - b)
    const at = (share: number): string => taken[Math.floor(taken.length * share)]!.toFixed(3)
    console.log(`${name.padEnd(44)} p50 ${at(0.5)} ms   p95 ${at(0.95)} ms   p99 ${at(0.99)} ms`)
  }
}

async function fence(): Promise<void> {
  const database = await temporaryDatabase()
  try {
    const build = await database.newBuild()
    const store = new PostgresLongTermStore(database.fold, build)
    const none = await store.checkpoint(PARTITION)
    const offsets = Array.from({ length: MEMORIES }, (_, i) => i)
    await store.move(PARTITION, none, checkpointAt(none, MEMORIES - 1), remembered(offsets))
    const { memory } = readStatements(build.schema)
    // Statements are prepared for a role: each way has a name of its own.
    const plain = { ...memory, name: `${memory.name}-plain` }
    const values = (i: number) => [ACME.tenant, uuidBytes(memoryAt(i % MEMORIES).memoryId)]
    await inTurns({
      'a memory by its id, as the owner': (i) => queryRows(database.read, plain, values(i)),
      'a memory by its id, behind the fence': (i) => queryTenantRows(database.read, ACME.tenant, memory, values(i)),
    })
  } finally {
    await database.drop()
  }
}

async function policyEngine(): Promise<void> {
  const options = { endpoint: realParts.opa, mode: 'development', timeoutMs: 5_000 }
  const [asked, cached] = [createOpaPolicy({ ...options, cacheMs: 0 }), createOpaPolicy(options)]
  const ana = { tenant: 'acme', principal: 'ana', roles: ['reader'], namespaces: null } as const
  await inTurns({
    'a decision of the policy engine': () => asked.authorise(ana, 'recall', 'default') as Promise<void>,
    'a decision that still holds': () => cached.authorise(ana, 'recall', 'default') as Promise<void>,
  })
  asked.close()
  cached.close()
}

await fence()
await policyEngine()
