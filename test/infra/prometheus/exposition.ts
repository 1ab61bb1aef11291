/** What a process emits: its metrics, and of each label the values that were seen. */
export type Emitted = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>

const SAMPLE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? \S+$/
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g

/** Of texts in the Prometheus text format. A metric without a sample has no labels. */
export function emittedIn(...texts: readonly string[]): Emitted {
  const emitted = new Map<string, Map<string, Set<string>>>()
  const labelsOf = (metric: string): Map<string, Set<string>> => {
    const labels = emitted.get(metric) ?? new Map<string, Set<string>>()
    emitted.set(metric, labels)
    return labels
  }
  for (const line of texts.flatMap((text) => text.split('\n'))) {
    const declared = /^# TYPE (\S+) /.exec(line)?.[1]
    if (declared !== undefined) labelsOf(declared)
    const [, metric, labels = ''] = SAMPLE.exec(line) ?? []
    if (metric === undefined) continue
    const known = labelsOf(metric)
    for (const [, label = '', value = ''] of labels.matchAll(LABEL)) {
      known.set(label, (known.get(label) ?? new Set()).add(value))
    }
  }
  return emitted
}
