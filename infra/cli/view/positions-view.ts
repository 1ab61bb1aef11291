import type { ProjectionPositions } from '../../cluster/rebuild/projection-positions.ts'

const count = (value: number): string => value.toLocaleString('en-US')

/** A line for each projection: how far it has folded the log, and how far that is from the log's head; and what is left over. */
export function positionsView({ total, positions, otherWorkingMemory }: ProjectionPositions): string {
  const rows = positions.map(({ name, build, foldVersion, state, folded, lag }) => [
    name,
    build === null ? '-' : String(build.build),
    state,
    String(foldVersion),
    count(folded),
    count(lag),
  ])
  const table = [['projection', 'build', 'state', 'fold version', 'folded', 'behind'], ...rows]
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
  const others = otherWorkingMemory.map(
    (version) => `working memory of another release is there, until: rebuild --drop-working-memory ${version}`,
  )
  return `${[...lines, ...others].join('\n')}\nthe log holds ${count(total)} records\n`
}
