// node test/bench/start.ts [memories]: from the start of the process to the first healthy answer, for a new data directory
// and for one with that many memories, then to the first recall over them; and the process's memory. JSON.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { exchange } from './http-load.ts'
import { round } from './http-measure.ts'
import { sentences } from './http-texts.ts'

const MEMORIES = Number(process.argv[2] ?? 100_000)
const BATCH = 1000
const NAMESPACE = 'started'

const agent = new Agent({ keepAlive: true })

const residentMiB = (server: ServerProcess): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))?.[1]) / 1024)

async function start(folder: string): Promise<{ server: ServerProcess; healthyMs: number }> {
  const begin = performance.now()
  const server = await startServerProcess(folder)
  const { status } = await exchange(agent, `${server.url}/health`, null)
  if (status !== 200) throw new Error(`/health: ${status}`)
  return { server, healthyMs: Math.round(performance.now() - begin) }
}

async function recall(server: ServerProcess): Promise<number> {
  const begin = performance.now()
  const body = JSON.stringify({ namespace: NAMESPACE, query: 'Who sold the blue boat behind the station?' })
  const { status, text } = await exchange(agent, `${server.url}/recall`, body)
  if (status !== 200) throw new Error(`/recall: ${status} ${text}`)
  return performance.now() - begin
}

const folder = mkdtempSync(join(tmpdir(), 'somabrain-bench-'))
try {
  const fresh = await start(folder)
  const texts = [...sentences(MEMORIES)]
  for (let at = 0; at < texts.length; at += BATCH) {
    const items = texts.slice(at, at + BATCH).map(({ content, author, runId }) => ({ content, author, run_id: runId }))
    const { status } = await exchange(
      agent,
      `${fresh.server.url}/remember/batch`,
      JSON.stringify({ namespace: NAMESPACE, items }),
    )
    if (status !== 200) throw new Error(`/remember/batch: ${status}`)
  }
  await fresh.server.stop()

  const again = await start(folder)
  const idleMiB = residentMiB(again.server)
  const firstRecallMs = Math.round(await recall(again.server))
  const loadedMiB = residentMiB(again.server)
  const { text } = await exchange(agent, `${again.server.url}/metrics`, null)
  const viewBytes = Number(/^somabrain_resident_view_bytes (\S+)/m.exec(text)?.[1])
  const secondRecallMs = round(await recall(again.server))
  await again.server.stop()
  console.log(
    JSON.stringify({
      newDirectoryHealthyMs: fresh.healthyMs,
      memories: MEMORIES,
      healthyMs: again.healthyMs,
      firstRecallMs,
      secondRecallMs,
      viewBytesPerMemory: Math.round(viewBytes / MEMORIES),
      residentMiB: { idle: idleMiB, withView: loadedMiB },
    }),
  )
} finally {
  agent.destroy()
  rmSync(folder, { recursive: true, force: true })
}
