import { problemCatalogue } from '../../../domain/problem-catalogue.ts'
import type { Emitted } from './exposition.ts'
import { expressionNames, type Matcher } from './expression-names.ts'
import { ruleFiles } from './rule-files.ts'

/** What Prometheus puts on every series, and what an operator puts on a target. */
const TARGET_LABELS = ['job', 'instance', 'backup']

/** Metrics that are not SomaBrain's own, and the labels of them that rules use. */
export const foreignMetrics: Readonly<Record<string, { readonly from: string; readonly labels: readonly string[] }>> = {
  up: { from: 'Prometheus says it of every target', labels: [] },
  pg_up: { from: 'postgres-exporter: whether it could ask Postgres', labels: [] },
  redis_up: { from: 'redis-exporter: whether it could ask Redis', labels: [] },
  kafka_topic_partition_under_replicated_partition: { from: 'kafka-exporter, of each partition', labels: ['topic'] },
}

/** What the rules name and nobody emits, each with where it stands. Empty: an alert can fire. */
export function unknownNames(emitted: Emitted): readonly string[] {
  const recorded = new Set(ruleFiles.flatMap(({ rules }) => rules.flatMap(({ record }) => record ?? [])))
  const unknown: string[] = []
  for (const { alert, record, expr } of ruleFiles.flatMap(({ rules }) => rules)) {
    const where = alert ?? record
    const { selectors, labels } = expressionNames(expr)
    const known = new Set(TARGET_LABELS)
    for (const { metric, matchers } of selectors) {
      const own = emitted.get(metric)
      const foreign = foreignMetrics[metric]
      if (own === undefined && foreign === undefined && !recorded.has(metric)) unknown.push(`${where}: ${metric}`)
      for (const label of [...(own?.keys() ?? []), ...(foreign?.labels ?? [])]) known.add(label)
      for (const matcher of matchers)
        unknown.push(...unknownMatches(matcher, own).map((what) => `${where}: ${metric} ${what}`))
    }
    for (const label of labels) if (!known.has(label)) unknown.push(`${where}: by ${label}`)
  }
  return unknown
}

function unknownMatches(
  { label, values }: Matcher,
  own: ReadonlyMap<string, ReadonlySet<string>> | undefined,
): readonly string[] {
  if (TARGET_LABELS.includes(label)) return []
  const seen = own?.get(label)
  if (seen === undefined) return [label]
  const possible: ReadonlySet<string> = label === 'code' ? new Set(Object.keys(problemCatalogue)) : seen
  return (values ?? []).filter((value) => !possible.has(value)).map((value) => `${label}=${value}`)
}
