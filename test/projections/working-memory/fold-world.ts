import { setImmediate as nextTurn } from 'node:timers/promises'
import type { WorkingMemoryStore } from '../../../projections/ports/working-memory-store.ts'
import { Projector } from '../../../projections/projector.ts'
import {
  createWorkingMemoryProjection,
  type WorkingMemoryProjectionOptions,
} from '../../../projections/working-memory/working-memory-projection.ts'
import type { WorkingMemoryFeed } from '../../../projections/working-memory/working-memory-source.ts'
import type { FoldedWorld } from './folded-world.ts'

export interface DrivenProjector {
  readonly projector: Projector
  readonly waiting: string[]
  readonly stopped: string[]
  /** Offsets that each move took. */
  readonly moves: number[]
}

/** The real projector over a world's log, that looks at long-term memory once and does not sleep. */
export function projectorOf(
  world: FoldedWorld,
  store: WorkingMemoryStore,
  {
    feed = world.feed,
    ...options
  }: Partial<WorkingMemoryProjectionOptions> & { readonly feed?: WorkingMemoryFeed } = {},
): DrivenProjector {
  const driven = { waiting: [] as string[], stopped: [] as string[], moves: [] as number[] }
  const pause = () => nextTurn()
  const projection = createWorkingMemoryProjection(store, feed, world.codec, { pause, polls: 1, ...options })
  const projector = new Projector(
    projection,
    world,
    {
      moved: (_, __, offsets) => driven.moves.push(offsets),
      deadLetters: () => {},
      waiting: (_, reason) => driven.waiting.push(reason),
      stopped: (_, reason) => driven.stopped.push(reason),
    },
    { batch: { records: 50, bytes: 1 << 20 }, retryDelayMs: 0, pause },
  )
  return { projector, ...driven }
}
