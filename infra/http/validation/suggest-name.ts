/** The known name that a misspelt one most likely means, or `null` when none is near: up to a third of it may differ. */
export function suggestName(unknown: string, known: readonly string[]): string | null {
  if (unknown.length > 64) return null
  const wanted = plain(unknown)
  let best: { readonly name: string; readonly distance: number } | null = null
  for (const name of known) {
    const distance = editDistance(wanted, plain(name))
    const near = distance <= Math.max(1, Math.floor(Math.max(wanted.length, name.length) / 3))
    if (near && (best === null || distance < best.distance)) best = { name, distance }
  }
  return best?.name ?? null
}

/** `runId`, `run-id` and `run_id` are one name to a person. */
const plain = (name: string): string => name.replace(/[-_ ]/g, '').toLowerCase()

/** Edit distance in which two neighbours that changed places count once (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = swapped ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1, swap))
    }
    before = row
    row = next
  }
  return row[b.length]!
}
