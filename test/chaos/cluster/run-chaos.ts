import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Chaos } from './chaos.ts'
import { type ChaosCluster, startChaosCluster } from './chaos-cluster.ts'
import { Copies } from './copies.ts'
import { Ledger } from './ledger.ts'
import { Load } from './load.ts'
import { type Observer, startObserver } from './observer.ts'
import { seededRandom } from './random.ts'
import { Readers } from './readers.ts'
import { measureRecovery, untilCaughtUp } from './recovery.ts'
import { createReport, type Report, seconds } from './report.ts'
import { type Scheduled, scheduleOf } from './schedule.ts'
import { Sender } from './sender.ts'
import { verifyHealth } from './verify/verify-health.ts'
import { verifyMemories } from './verify/verify-memories.ts'
import { verifyOlderLog } from './verify/verify-older-log.ts'
import { verifyOutcomes } from './verify/verify-outcomes.ts'
import { verifyState } from './verify/verify-state.ts'
import { verifyWorkingMemory } from './verify/verify-working-memory.ts'
import { Workload } from './workload.ts'

export interface ChaosOptions {
  readonly seed: number
  readonly commands: number
  readonly isShort: boolean
  /** Only faults whose names contain it. Default: all. */
  readonly only?: string | undefined
  readonly print: (line: string) => void
  /** Ends the run at once; what it started is ended all the same. */
  readonly interrupt?: AbortSignal
}

/** Commands around one fault are offered over this time. */
const SHORT_SEGMENT_MS = 2_500
const LONG_SEGMENT_MS = 5_000
const SHORT_DEADLINE_MS = 10 * 60_000
const LONG_DEADLINE_MS = 45 * 60_000

/** Drives commands through a cluster of its own while parts of it fail, and says which promises were broken. */
export async function runChaos(options: ChaosOptions): Promise<Report> {
  const { seed, commands, isShort, print, interrupt } = options
  const report = createReport(print)
  // Postgres runs under an account of its own, and has to reach its data.
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-chaos-'))
  chmodSync(folder, 0o755)
  report.say(`seed ${seed}, ${commands} commands${isShort ? ', the short form' : ''}`)
  let cluster: ChaosCluster | null = null
  let observer: Observer | null = null
  try {
    cluster = await startChaosCluster(folder, (name, what) => report.violated(`${name} ${what}`))
    observer = await startObserver(cluster)
    report.say('parts and processes are up')
    await Promise.race([run(options, cluster, observer, report), interrupted(interrupt)])
  } catch (error) {
    report.say((error as Error).stack ?? String(error))
    report.violated('the run ended early')
  } finally {
    await observer?.close()
    await cluster?.close()
  }
  if (report.violations.length === 0) rmSync(folder, { recursive: true })
  else report.say(`what the processes said is in ${folder}`)
  for (const line of report.summary()) print(line)
  return report
}

function interrupted(interrupt: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    interrupt?.addEventListener('abort', () => reject(new Error('interrupted')), { once: true })
  })
}

async function run(
  { seed, commands, isShort, only }: ChaosOptions,
  cluster: ChaosCluster,
  observer: Observer,
  report: Report,
): Promise<void> {
  const random = seededRandom(seed)
  const ledger = new Ledger()
  const urlsOf = (role: 'commands' | 'query'): string[] => cluster.of(role).map(({ url }) => url)
  const deadline = AbortSignal.timeout(isShort ? SHORT_DEADLINE_MS : LONG_DEADLINE_MS)
  const sender = new Sender({ ledger, random: random.fork(), report, urls: urlsOf('commands'), deadline })
  const workload = new Workload(ledger, random.fork(), 'load')
  const load = new Load({ sender, ledger, workload, random: random.fork() })
  const readers = new Readers({ ledger, random: random.fork(), report, urls: urlsOf('query') })
  const probes = new Workload(ledger, random.fork(), 'probe')
  const copies = new Copies(cluster.parts)
  const chaos: Chaos = { cluster, observer, ledger, load, probes, random: random.fork(), report, copies, isShort }

  const begun = performance.now()
  const schedule = scheduleOf(random.fork(), isShort, only)
  try {
    const quota = Math.floor(commands / (schedule.length + 1))
    for (const scheduled of schedule) await runSegment(chaos, scheduled, quota, deadline)
    await load.offer(commands - quota * schedule.length, isShort ? SHORT_SEGMENT_MS : LONG_SEGMENT_MS)
  } finally {
    await load.finish()
    await readers.finish()
  }
  const rate = load.begun / ((performance.now() - begun) / 1000)
  report.figure(
    'commands',
    `${load.begun} begun, ${load.repeated} of them repeated, ${rate.toFixed(0)}/s over all faults`,
  )
  report.figure('reads that had to include a write', `${readers.answers} answered`)
  await verify(chaos)
}

/** Commands before, during and after one fault. */
async function runSegment(chaos: Chaos, { fault, moment }: Scheduled, quota: number, deadline: AbortSignal) {
  const { load, report, ledger } = chaos
  if (deadline.aborted) throw new Error('the deadline has passed')
  const until = ledger.acknowledged + Math.floor(moment * quota)
  const offering = load.offer(quota, chaos.isShort ? SHORT_SEGMENT_MS : LONG_SEGMENT_MS)
  await acknowledged(ledger, until, deadline)
  report.say(`after ${ledger.acknowledged} acknowledged commands: ${fault.name}`)
  const begun = performance.now()
  await fault.inject(chaos)
  const mended = performance.now()
  const { written, folded, inMind, found } = await measureRecovery(chaos, mended)
  const times = [written, folded, inMind, found].map((ms) => (ms / 1000).toFixed(2)).join(' / ')
  report.say(`  over after ${seconds(mended - begun)}; written / folded / in mind / found again after ${times} s`)
  await offering
}

async function acknowledged(ledger: Ledger, count: number, deadline: AbortSignal): Promise<void> {
  while (ledger.acknowledged < count && !deadline.aborted) await new Promise((resolve) => setTimeout(resolve, 10))
}

async function verify(chaos: Chaos): Promise<void> {
  const { ledger, observer, report } = chaos
  ledger.close()
  const open = ledger.entries.filter(({ state }) => state === 'open').length
  report.figure('commands without an answer', String(open))
  await untilCaughtUp(observer)
  report.say('all faults are over and everything is folded: checking')
  await verifyHealth(chaos)
  await verifyOutcomes(chaos)
  await verifyMemories(chaos)
  await verifyWorkingMemory(chaos)
  await verifyState(chaos)
  await verifyOlderLog(chaos)
}
