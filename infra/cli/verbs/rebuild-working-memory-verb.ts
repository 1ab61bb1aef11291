import type { Redis } from 'ioredis'
import { scopeKey } from '../../../domain/names.ts'
import type { ClusterParts } from '../../cluster/cluster-parts.ts'
import { FoldPace } from '../../cluster/rebuild/fold-pace.ts'
import { rebuildWorkingMemory } from '../../cluster/rebuild/rebuild-working-memory.ts'
import { seedLine } from '../view/fold-view.ts'
import { paint, type Terminal } from '../view/terminal.ts'

export interface RebuildWorkingMemoryContext {
  readonly out: Terminal
  readonly err: Terminal
  readonly parts: ClusterParts
  readonly redis: Redis
  readonly keyPrefix: string
  readonly pause: (ms: number) => Promise<void>
  readonly elapsedMs: () => number
}

const SHOW_EVERY_MS = 2_000

const count = (value: number): string => value.toLocaleString('en-US')

/** Exit code 0 when what is stored afterwards is what long-term memory makes. */
export async function rebuildWorkingMemoryVerb(context: RebuildWorkingMemoryContext): Promise<number> {
  const { out, err } = context
  const pace = new FoldPace()
  let lookedAt: number | null = null
  const done = await rebuildWorkingMemory({
    ...context,
    onProgress(seeded, total) {
      const now = context.elapsedMs()
      const isFirst = lookedAt === null
      if (lookedAt !== null && now - lookedAt < SHOW_EVERY_MS) return
      lookedAt = now
      const figures = pace.add({ at: now, folded: seeded, total })
      // A rate needs two looks.
      if (!isFirst) err.write(`${seedLine(figures)}\n`)
    },
    onFault: (scope, fault) => err.write(`${scopeKey(scope)}: ${FAULTS[fault]}\n`),
  })
  out.write(`dropped ${count(done.held)} namespaces, seeded ${count(done.seeded)}; the others at their first use\n`)
  const compared = `${count(done.compared)} compared with fresh seeds, ${count(done.skipped)} changed too fast for it`
  if (done.faults === 0) {
    out.write(`${paint(out, 'green', 'equal')}: ${compared}\n`)
    return 0
  }
  out.write(`${paint(out, 'red', 'DIFFERENT')}: ${compared}, ${count(done.faults)} faults\n`)
  return 1
}

const FAULTS = {
  differs: 'what is stored is not what the live rows make',
  trace: 'the trace of its density matrix is not 1',
} as const
