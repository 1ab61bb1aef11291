import type { Numbers } from '../../../../domain/recall/columns/growable.ts'
import { SavingArchive } from '../../../../domain/recall/columns/index-archive.ts'
import type { RecallIndex } from '../../../../domain/recall/recall-index.ts'

/** The columns as they come out of a file: copies, and blocks in one piece. */
export function writtenColumns(index: RecallIndex): Map<string, readonly Numbers[]> {
  const archive = new SavingArchive()
  index.archive(archive)
  return new Map([...archive.columns].map(([name, blocks]) => [name, joined(blocks)]))
}

function joined(blocks: readonly Numbers[]): readonly Numbers[] {
  const [first] = blocks
  if (first === undefined) return [new Uint32Array()]
  const all = new (first.constructor as new (length: number) => Numbers)(
    blocks.reduce((sum, block) => sum + block.length, 0),
  )
  let at = 0
  for (const block of blocks) {
    all.set(block, at)
    at += block.length
  }
  return [all]
}
