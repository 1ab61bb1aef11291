import type { Pool } from 'pg'
import { PARTITIONS } from '../../../domain/partition.ts'
import { isBug } from '../../../projections/is-bug.ts'
import type { LogHeads } from '../../kafka/log-heads.ts'
import type { ProjectionBuild } from '../../postgres/projection-builds.ts'
import { readBuildOffsets } from './build-offsets.ts'
import { type FoldFigures, FoldPace } from './fold-pace.ts'

export interface FollowDeps {
  readonly pool: Pool
  readonly heads: Pick<LogHeads, 'head' | 'refresh'>
  readonly pause: (ms: number) => Promise<void>
  /** Milliseconds from some start. */
  readonly elapsedMs: () => number
  readonly onLook: (figures: FoldFigures) => void
  /** A part does not answer; it is asked again. */
  readonly onTrouble: (reason: string) => void
}

export type Followed = { readonly outcome: 'caught-up' | 'gone' }

const LOOK_EVERY_MS = 500

/**
 * Watches the projectors fold a build until it has everything that was in the log half a second ago: at the log's end
 * itself nobody ever is while writes go on. `gone`: somebody dropped it.
 */
export async function followBuild(deps: FollowDeps, build: ProjectionBuild): Promise<Followed> {
  const pace = new FoldPace()
  let target: readonly number[] | null = null
  for (;;) {
    try {
      // Heads first: what is folded in between must not look like more than the log has.
      const heads = await readHeads(deps.heads)
      const offsets = await readBuildOffsets(deps.pool, build)
      if (offsets === null) return { outcome: 'gone' }
      deps.onLook(pace.add({ at: deps.elapsedMs(), folded: records(offsets), total: records(heads) }))
      if (target?.every((head, partition) => offsets[partition]! >= head)) return { outcome: 'caught-up' }
      target = heads
    } catch (error) {
      if (isBug(error)) throw error
      deps.onTrouble(reasonOf(error as Error))
    }
    await deps.pause(LOOK_EVERY_MS)
  }
}

/** Node gives one error for each address of a host that it tried, in one that says nothing itself. */
const reasonOf = (error: Error): string =>
  error instanceof AggregateError ? error.errors.map(({ message }) => message).join(', ') : error.message

/** Last offset of each partition as the brokers say now. Rejects when they do not answer. */
export async function readHeads(heads: Pick<LogHeads, 'head' | 'refresh'>): Promise<readonly number[]> {
  await heads.refresh()
  return Array.from({ length: PARTITIONS }, (_, partition) => heads.head(partition))
}

/** Records up to these offsets. */
export const records = (offsets: readonly number[]): number => offsets.reduce((sum, offset) => sum + offset + 1, 0)
