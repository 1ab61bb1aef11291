import { type DropWorkingMemoryDeps, dropWorkingMemory } from '../../cluster/rebuild/drop-working-memory.ts'
import type { Terminal } from '../view/terminal.ts'

export interface DropWorkingMemoryContext extends DropWorkingMemoryDeps {
  readonly out: Terminal
  readonly err: Terminal
}

/** Drops what another release left in Redis. Exit code 0 when it is gone. */
export async function dropWorkingMemoryVerb(version: number, context: DropWorkingMemoryContext): Promise<number> {
  const { out, err } = context
  const dropped = await dropWorkingMemory(version, context)
  switch (dropped.outcome) {
    case 'dropped':
      out.write(
        `dropped  working memory of fold version ${version}: ${dropped.namespaces.toLocaleString('en-US')} namespaces\n`,
      )
      return 0
    case 'own-version':
      err.write(
        `fold version ${version} is what this release reads: rebuild --projection working-memory seeds it anew\n`,
      )
      return 1
    case 'unknown-version':
      err.write(`Redis holds no working memory of fold version ${version}${others(dropped.held)}\n`)
      return 1
    case 'still-folded':
      err.write(
        `projectors of that release still fold it (${dropped.projectors} consumers) and would begin it again: end them first\n`,
      )
      return 1
  }
}

const others = (held: readonly number[]): string => (held.length === 0 ? '' : `, only of ${held.join(', ')}`)
