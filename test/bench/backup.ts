import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, copyFileSync, fsyncSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { post } from '../support/http-client.ts'
import { withoutSettings } from '../support/own-environment.ts'
import { startServerProcess } from '../support/server-process.ts'
import { round, summary } from './http-measure.ts'

// node test/bench/backup.ts [batches of 1,000 memories, default 200]: `somabrain backup create` of a server that eight connections
// write to without a stop, three times, against copying log.db and fsync of the copy; and what a write takes with and without.
const BATCHES = Number(process.argv[2] ?? 200)
const WRITERS = 8
const ROUNDS = 3
const UNDISTURBED_MS = 5_000
const TEXT = 'lorem ipsum dolor sit amet consectetur '.repeat(20)
const VERBS = fileURLToPath(new URL('../../scripts/somabrain.ts', import.meta.url))

const [dataDir, into] = [
  mkdtempSync(join(tmpdir(), 'somabrain-bench-')),
  mkdtempSync(join(tmpdir(), 'somabrain-bench-')),
]
const log = join(dataDir, 'log.db')
const server = await startServerProcess(dataDir)
try {
  await fill()
  const { latencies, stop } = writeOn()
  const without = await during(latencies, () => pause(UNDISTURBED_MS))
  const backups = []
  for (let n = 0; n < ROUNDS; n++) backups.push(await during(latencies, backUp))
  await stop()
  const copyMs = timed(copyRaw)
  const seconds = backups.map(({ tookMs }) => round(tookMs / 1_000))
  console.log(
    JSON.stringify(
      {
        node: process.version,
        megabytes: round(statSync(log).size / 1e6),
        backupSeconds: seconds,
        rawCopySeconds: round(copyMs / 1_000),
        ratio: backups.map(({ tookMs }) => round(tookMs / copyMs)),
        writes: { without: without.writes, during: backups.map(({ writes }) => writes) },
      },
      null,
      2,
    ),
  )
} finally {
  await server.kill()
  for (const folder of [dataDir, into]) rmSync(folder, { recursive: true, force: true })
}

async function fill(): Promise<void> {
  for (let batch = 0; batch < BATCHES; batch++) {
    const items = Array.from({ length: 1_000 }, (_, n) => ({ content: `${TEXT} ${batch} ${n}` }))
    const { status } = await post(`${server.url}/remember/batch`, { namespace: `filled-${batch % 12}`, items })
    if (status !== 200) throw new Error(`a batch was answered with ${status}`)
  }
}

function writeOn() {
  const latencies: number[] = []
  let isStopped = false
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; !isStopped; n++) {
      const begun = performance.now()
      await post(`${server.url}/remember`, { content: `line ${n}`, namespace: `written-${writer}` })
      latencies.push(performance.now() - begun)
    }
  }
  const writers = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
  const stop = async (): Promise<void> => {
    isStopped = true
    await writers
  }
  return { latencies, stop }
}

/** How long `work` took, and what writes took meanwhile. */
async function during(latencies: number[], work: () => Promise<unknown>) {
  latencies.length = 0
  const begun = performance.now()
  await work()
  const tookMs = performance.now() - begun
  return { tookMs, writes: summary([...latencies], tookMs, 0) }
}

async function backUp(): Promise<void> {
  const argv = ['--disable-warning=ExperimentalWarning', VERBS, 'backup', 'create', into]
  const child = spawn(process.execPath, argv, {
    env: { ...withoutSettings(), SOMABRAIN_DATA_DIR: dataDir },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the backup ended with code ${code}`)
}

function copyRaw(): void {
  const copy = join(into, 'copy')
  copyFileSync(log, copy)
  const handle = openSync(copy, 'r+')
  fsyncSync(handle)
  closeSync(handle)
}

function timed(work: () => void): number {
  const begun = performance.now()
  work()
  return performance.now() - begun
}
