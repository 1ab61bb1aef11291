import { AUDITED_TOPICS, type AuditedTopic, partitionsOf } from '../../domain/audit/audit-topics.ts'
import type { StrayRow } from '../../projections/audit/ports/audit-evidence.ts'
import { topicNumber } from './topic-number.ts'

/** How the two audit tables, in SQLite and in Postgres, are asked for rows that no fold wrote. */
export interface AuditTables {
  readonly entries: string
  readonly checkpoints: string
  /** How the engine writes the so-manieth parameter. */
  readonly parameter: (number: number) => string
}

/**
 * Offset of the first row of a chain before its log's beginning or beyond the table's checkpoint; parameters: topic, partition,
 * beginning. One statement, so that both tables are seen at one moment: rows and checkpoint move together. Two seeks.
 */
export function strayRowText({ entries, checkpoints, parameter }: AuditTables): string {
  const ofChain = `topic = ${parameter(1)} and partition = ${parameter(2)}`
  const folded = `coalesce((select last_offset from ${checkpoints} where ${ofChain}), -1)`
  const first = (where: string): string =>
    `select * from (select record_offset from ${entries} where ${ofChain} and record_offset ${where}
     order by record_offset limit 1) as seek`
  return `${first(`< ${parameter(3)}`)} union all ${first(`> ${folded}`)} order by 1 limit 1`
}

/** Topic, partition and offset of the first row of what is no audited partition. A seek for each gap between the topics. */
export function foreignRowText({ entries }: Pick<AuditTables, 'entries'>): string {
  const behind = (topic: AuditedTopic): string =>
    `(topic, partition) > (${topicNumber(topic)}, ${partitionsOf(topic) - 1})`
  const before = (topic: AuditedTopic): string => `(topic, partition) < (${topicNumber(topic)}, 0)`
  const gaps = [undefined, ...AUDITED_TOPICS].map((topic, index) => {
    const next = AUDITED_TOPICS[index]
    return [...(topic === undefined ? [] : [behind(topic)]), ...(next === undefined ? [] : [before(next)])].join(
      ' and ',
    )
  })
  const seeks = gaps.map(
    (gap) => `select * from (select topic, partition, record_offset from ${entries} where ${gap}
     order by topic, partition, record_offset limit 1) as seek`,
  )
  return `${seeks.join(' union all ')} order by 1, 2, 3 limit 1`
}

/** A topic that there is none of keeps its number: there is no name for it. */
export const strayRowOf = (topic: number, partition: number, offset: number): StrayRow => ({
  topic: AUDITED_TOPICS[topic] ?? `topic ${topic}`,
  partition,
  offset,
})
