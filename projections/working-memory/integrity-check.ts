import { densityOf } from '../../domain/density/density.ts'
import { trace } from '../../domain/density/density-figures.ts'
import type { Scope } from '../../domain/names.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import type { WorkingMemory } from '../../domain/working-memory/working-memory.ts'
import { workingMemoryHash } from '../../domain/working-memory/working-memory-hash.ts'
import type { StoredNamespace, WorkingMemoryStoreReader } from '../ports/working-memory-store.ts'
import { stemsFrom } from './fold-namespace.ts'
import { type Seeded, seedFromSource } from './seed-from-source.ts'
import type { SeedSource } from './working-memory-source.ts'

/** `differs`: what is stored is not what the live rows make at the same position. `trace`: tr ρ is not 1. */
export type IntegrityFault = 'differs' | 'trace'

export interface IntegrityDeps {
  readonly reader: WorkingMemoryStoreReader
  readonly source: SeedSource
  readonly pause: (ms: number) => Promise<void>
  /** Told of each fault: `somabrain_density_trace_error_total`. */
  readonly onFault: (scope: Scope, fault: IntegrityFault) => void
}

export interface IntegrityFigures {
  readonly compared: number
  /** Changed so fast that store and seed never stood at one position, or not readable now. */
  readonly skipped: number
  readonly faults: number
}

/** By construction tr ρ is 1; rounding stays far below this. */
const TRACE_TOLERANCE = 1e-12
const ATTEMPTS = 3
const POLLS = 50
const POLL_MS = 20

/** Compares what the store holds of a partition with fresh seeds from long-term memory, one namespace after the other. */
export async function checkIntegrity(deps: IntegrityDeps, partition: number): Promise<IntegrityFigures> {
  const figures = { compared: 0, skipped: 0, faults: 0 }
  for (const scope of await deps.reader.namespaces(partition)) {
    const faults = await checkNamespace(deps, scope)
    if (faults === null) figures.skipped += 1
    else figures.compared += 1
    for (const fault of faults ?? []) {
      figures.faults += 1
      deps.onFault(scope, fault)
    }
  }
  return figures
}

/** Faults of one namespace, `null` when it could not be compared. */
async function checkNamespace(deps: IntegrityDeps, scope: Scope): Promise<readonly IntegrityFault[] | null> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const seeded = await seedFromSource(deps.source, scope)
    const read = await readPast(deps, scope, seeded.state.position)
    if (read.outcome !== 'held') return null
    if (!stemsFrom(read.state, seeded.checkpoint)) return null
    if (standsAt(read, seeded.state.position)) return faultsOf(read.state.memory, seeded)
  }
  return null
}

/** What the store holds once its checkpoint has passed `offset`, and in any case after a while. */
async function readPast({ reader, pause }: IntegrityDeps, scope: Scope, offset: number): Promise<StoredNamespace> {
  const partition = partitionOf(partitionKey(scope))
  for (let poll = 1; poll < POLLS && (await reader.checkpoint(partition)).offset < offset; poll++) await pause(POLL_MS)
  return reader.read(scope)
}

/** From its own position up to the checkpoint nothing touched the namespace: its state is the same at all of them. */
const standsAt = ({ state, checkpoint }: Extract<StoredNamespace, { outcome: 'held' }>, position: number): boolean =>
  state.memory.position <= position && position <= Math.max(checkpoint.offset, state.memory.position)

function faultsOf(stored: WorkingMemory, { state }: Seeded): readonly IntegrityFault[] {
  const faults: IntegrityFault[] = []
  if (workingMemoryHash({ ...stored, position: state.position }) !== workingMemoryHash(state)) faults.push('differs')
  const density = densityOf(stored.factors.map(({ sums }) => sums))
  // Not a number is no trace of 1 either.
  if (!(Math.abs(trace(density) - 1) <= TRACE_TOLERANCE)) faults.push('trace')
  return faults
}
