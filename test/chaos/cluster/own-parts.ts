import { join } from 'node:path'
import { startKafka } from '../../../infra/stack/kafka.ts'
import type { BackingPart, RunningPart } from '../../../infra/stack/part.ts'
import { startPostgres } from '../../../infra/stack/postgres.ts'
import { startRedis } from '../../../infra/stack/redis.ts'
import { startRegistry } from '../../../infra/stack/registry.ts'
import { readStackSettings } from '../../../infra/stack/stack-settings.ts'

/** Parts that nobody else uses, to be killed, emptied and set back. */
export interface OwnParts extends Readonly<Record<BackingPart, RunningPart>> {
  /** Where a part keeps its data, log and pid. */
  folderOf(part: BackingPart): string
  /** Kills what was started here, by its process ids. */
  kill(): Promise<void>
}

export async function startOwnParts(folder: string): Promise<OwnParts> {
  const { cacheDir } = readStackSettings(process.cwd(), process.env)
  const folderOf = (part: BackingPart): string => join(folder, part)
  const started: RunningPart[] = []
  const kill = async (): Promise<void> => {
    for (const part of started) await part.kill()
  }
  const keep = (part: RunningPart): RunningPart => {
    started.unshift(part)
    return part
  }
  const kafkaAndRegistry = async (): Promise<readonly [RunningPart, RunningPart]> => {
    const kafka = keep(await startKafka({ dir: folderOf('kafka'), cacheDir }))
    const registry = await startRegistry({ dir: folderOf('registry'), cacheDir, kafkaUrl: kafka.url })
    return [kafka, keep(registry)]
  }
  const starts = await Promise.allSettled([
    kafkaAndRegistry(),
    startPostgres({ dir: folderOf('postgres') }).then(keep),
    startRedis({ dir: folderOf('redis') }).then(keep),
  ])
  const [queue, postgres, redis] = starts
  if (queue.status === 'rejected' || postgres.status === 'rejected' || redis.status === 'rejected') {
    await kill()
    throw starts.find((start) => start.status === 'rejected')!.reason
  }
  const [kafka, registry] = queue.value
  return { kafka, registry, postgres: postgres.value, redis: redis.value, folderOf, kill }
}
