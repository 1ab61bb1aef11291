import fc from 'fast-check'
import type { Command, Genesis } from '../../domain/command.ts'
import type { Scope } from '../../domain/names.ts'
import { commands, uuidOf } from './arbitrary-commands.ts'

type Entry = Exclude<Command, Genesis>

/** Two tenants that differ in what a collation could order otherwise. */
export const SCOPES: readonly Scope[] = [
  { tenant: 'a-b', namespace: 'default' },
  { tenant: 'aB', namespace: 'Default' },
]

export interface ScopedCommand {
  readonly scope: Scope
  readonly command: Entry
  /** Drawn beside it, 0 to 5. */
  readonly turn: number
}

/**
 * Commands of two namespaces in one order. Command, receipt and key ids meet, as only somebody else's producer could make
 * them; memory ids do not, because they derive from the namespace.
 */
export const scopedCommands: fc.Arbitrary<readonly ScopedCommand[]> = fc
  .tuple(commands, fc.array(fc.nat(5), { minLength: 1 }))
  .map(([list, turns]) =>
    list.map((command, i) => {
      const turn = turns[i % turns.length]!
      return turn % 2 === 0
        ? { scope: SCOPES[0]!, command, turn }
        : { scope: SCOPES[1]!, command: withOtherMemories(command) as Entry, turn }
    }),
  )

const [MEMORIES, OTHER_MEMORIES] = ['mem', 'mem2'].map((kind) => uuidOf(kind, 0).slice(0, 8)) as [string, string]

/** The same with other memory ids, however deep they stand in it. */
function withOtherMemories(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(MEMORIES, OTHER_MEMORIES)
  if (Array.isArray(value)) return value.map(withOtherMemories)
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withOtherMemories(field)]))
}
