import type { ArchiveManifest } from '../../archive/archive-manifest.ts'
import { endOf } from '../../archive/archive-manifest.ts'
import type { ArchiveRound } from '../../archive/log-archive.ts'
import type { RestoredArchive } from '../../archive/restore/restore-archive.ts'
import type { VerifiedArchive } from '../../archive/verify-archive.ts'
import type { VerbContext } from '../verb-context.ts'
import { duration } from '../view/progress-view.ts'
import { paint } from '../view/terminal.ts'
import type { ArchiveTask } from './archive-line.ts'

/** What the verb does, for a cluster that the composition knows. */
export interface ArchiveVerbContext extends Pick<VerbContext, 'out' | 'err' | 'elapsedMs'> {
  readonly once: (folder: string) => Promise<ArchiveRound>
  /** Until the process is told to end. */
  readonly follow: (folder: string, everyMs: number) => Promise<void>
  /** `null`: there is none. */
  readonly manifest: (folder: string) => ArchiveManifest | null
  readonly verify: (
    folder: string,
    publicKeyFiles: readonly string[],
  ) => VerifiedArchive & { readonly areSignaturesChecked: boolean }
  readonly restore: (folder: string, manifest: ArchiveManifest) => Promise<RestoredArchive>
  readonly confirm: (question: string) => Promise<boolean>
}

const count = (value: number): string => value.toLocaleString('en-US')
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

/** Exit code 0: archived, sound or restored. 1: not so, and why is said. */
export async function archiveVerb(task: ArchiveTask, context: ArchiveVerbContext): Promise<number> {
  const { folder } = task
  switch (task.action) {
    case 'run':
      if (task.everyMs === null) return once(folder, context)
      await context.follow(folder, task.everyMs)
      return 0
    case 'status':
      return status(task, context)
    case 'verify':
      return verify(task, context)
    case 'restore':
      return restore(task, context)
  }
}

async function once(folder: string, context: ArchiveVerbContext): Promise<number> {
  const { out, err, elapsedMs } = context
  const startedAt = elapsedMs()
  const { records, failures } = await context.once(folder)
  const added = [...records].map(([topic, number]) => `${topic} ${count(number)}`).join(', ')
  out.write(`archived in ${duration((elapsedMs() - startedAt) / 1000)}: ${added}\n`)
  for (const [part, error] of failures) {
    err.write(`${paint(err, 'red', 'NOT ARCHIVED')} ${part}: ${error.message}\n`)
  }
  return failures.size === 0 ? 0 : 1
}

function status({ folder, asJson }: Extract<ArchiveTask, { action: 'status' }>, context: ArchiveVerbContext): number {
  const { out, err } = context
  const manifest = context.manifest(folder)
  if (manifest === null) {
    err.write(`${folder} is no archive: it has no archive.json\n`)
    return 1
  }
  const topics = Object.entries(manifest.topics).map(([topic, partitions]) => {
    const segments = partitions.flatMap((partition) => partition.segments)
    return {
      ...{ topic, segments: segments.length },
      records: segments.reduce((sum, segment) => sum + segment.records, 0),
      bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
      ends: partitions.map(endOf),
    }
  })
  const at = { log: manifest.archivedAt, schemas: manifest.schemas?.at ?? null, tables: manifest.tables?.at ?? null }
  if (asJson) {
    out.write(`${JSON.stringify({ archived_at: at, topic_prefix: manifest.topicPrefix, topics })}\n`)
    return 0
  }
  for (const [part, instant] of Object.entries(at)) out.write(`${part.padEnd(17)} ${instant ?? 'never'}\n`)
  for (const { topic, records, bytes, segments } of topics) {
    out.write(`${topic.padEnd(17)} ${count(records)} records, ${megabytes(bytes)}, ${count(segments)} segments\n`)
  }
  return 0
}

function verify(
  { folder, publicKeyFiles }: Pick<Extract<ArchiveTask, { action: 'verify' }>, 'folder' | 'publicKeyFiles'>,
  context: ArchiveVerbContext,
): number {
  const verified = context.verify(folder, publicKeyFiles)
  return isSound(verified, context) && verified.differences.length === 0 ? 0 : 1
}

/** Whether it can be restored. What differs from what was signed is said, too. */
function isSound(verified: ReturnType<ArchiveVerbContext['verify']>, { out }: ArchiveVerbContext): boolean {
  const { manifest, records, bytes, anchors, unanchored, areSignaturesChecked, problems, differences } = verified
  for (const problem of problems) out.write(`${paint(out, 'red', 'DAMAGED')}: ${problem}\n`)
  for (const difference of differences) out.write(`${paint(out, 'red', 'NOT AS SIGNED')}: ${difference}\n`)
  if (problems.length > 0) return false
  const signatures = areSignaturesChecked ? '' : ', whoever signed them: no key is known'
  const compared = `${count(anchors)} anchors agree${signatures}, ${count(unanchored)} records stand behind them`
  const whole = `${count(records)} records, ${megabytes(bytes)}, archived ${manifest.archivedAt}; ${compared}`
  out.write(`${differences.length === 0 ? paint(out, 'green', 'sound') : 'whole'}: ${whole}\n`)
  return true
}

/** Nothing is touched before the archive is known to be whole. */
async function restore(
  { folder, isConfirmed }: Extract<ArchiveTask, { action: 'restore' }>,
  context: ArchiveVerbContext,
): Promise<number> {
  const verified = context.verify(folder, [])
  if (!isSound(verified, context)) return 1
  const { out, elapsedMs } = context
  const question =
    'Put it into the configured Kafka, registry and Postgres? No process of the cluster may run meanwhile.'
  if (!isConfirmed && !(await context.confirm(question))) return 1
  const startedAt = elapsedMs()
  const { schemas, rows } = await context.restore(folder, verified.manifest)
  const took = duration((elapsedMs() - startedAt) / 1000)
  const besides = `${count(schemas)} schemas registered, ${count(rows)} rows added`
  out.write(`restored in ${took}: ${count(verified.records)} records at their own offsets, ${besides}\n`)
  out.write('Now start the processes. Where Postgres kept more than the archive: rebuild --accept-log\n')
  return 0
}
