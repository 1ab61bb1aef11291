import type { AuditedTopic } from '../../../domain/audit/audit-topics.ts'
import { topicNumber } from '../../../infra/audit/topic-number.ts'
import type { AuditTableNames } from '../../contract/audit-store.ts'

export interface TableTampering {
  readonly what: string
  /** Of a chain that has more than ten records. */
  readonly statements: (tables: AuditTableNames, topic: AuditedTopic, partition: number) => readonly string[]
  /** Topic, partition and offset that a replay names. */
  readonly named: (topic: AuditedTopic, partition: number) => string
}

const ofChain = (topic: AuditedTopic, partition: number): string =>
  `topic = ${topicNumber(topic)} and partition = ${partition}`

/** Sets the checkpoint back to offset 5, as a fold would have written it there. */
const putBack = ({ entries, checkpoints }: AuditTableNames, of: string): string =>
  `update ${checkpoints} set last_offset = 5, entries = 6,
     chain = (select chain from ${entries} where ${of} and record_offset = 5),
     last_id = (select id from ${entries} where ${of} and record_offset = 5) where ${of}`

/** A copy of row 3 with another principal. */
const copyRow = ({ entries }: AuditTableNames, of: string, topic: string, partition: string, offset: number): string =>
  `insert into ${entries} (topic, partition, record_offset, chain, at, tenant, namespace, principal, action, id, detail)
   select ${topic}, ${partition}, ${offset}, chain, at, tenant, namespace, 'framed', action, id, detail
   from ${entries} where ${of} and record_offset = 3`

/** What somebody who can write the table may do to it beside rewriting rows that were folded: log and anchors are untouched. */
export const tableTamperings: readonly TableTampering[] = [
  {
    what: 'a row far beyond the end',
    statements: (tables, topic, partition) => [
      copyRow(tables, ofChain(topic, partition), 'topic', 'partition', 1_000_000),
    ],
    named: (topic, partition) => `${topic}/${partition}/1000000`,
  },
  {
    what: 'a row before the beginning',
    statements: (tables, topic, partition) => [copyRow(tables, ofChain(topic, partition), 'topic', 'partition', -7)],
    named: (topic, partition) => `${topic}/${partition}/-7`,
  },
  {
    what: 'rows that were rewritten beyond a checkpoint that was put back',
    statements: (tables, topic, partition) => {
      const of = ofChain(topic, partition)
      return [
        `update ${tables.entries} set principal = 'innocent' where ${of} and record_offset between 6 and 10`,
        putBack(tables, of),
      ]
    },
    named: (topic, partition) => `${topic}/${partition}/6`,
  },
  {
    what: 'rows that were taken out beyond a checkpoint that was put back',
    statements: (tables, topic, partition) => {
      const of = ofChain(topic, partition)
      return [putBack(tables, of), `delete from ${tables.entries} where ${of} and record_offset > 5`]
    },
    named: (topic, partition) => `${topic}/${partition}/6`,
  },
  {
    what: 'a chain that was taken out whole',
    statements: ({ entries, checkpoints }, topic, partition) => {
      const of = ofChain(topic, partition)
      return [`delete from ${entries} where ${of}`, `delete from ${checkpoints} where ${of}`]
    },
    named: (topic, partition) => `${topic}/${partition}/0`,
  },
  {
    what: 'a row of a partition that there is none of',
    statements: (tables, topic, partition) => [copyRow(tables, ofChain(topic, partition), 'topic', '40', 2)],
    named: (topic) => `${topic}/40/2`,
  },
  {
    what: 'a row of a topic that there is none of',
    statements: (tables, topic, partition) => [copyRow(tables, ofChain(topic, partition), '7', '0', 2)],
    named: () => 'topic 7/0/2',
  },
]
